import FailoverCore
import Testing

/// Every step says where it comes from, and every numbered step of the documents is accounted for.
@Suite
struct PlannerSourceTests {
    @Test(arguments: SourceDocument.allCases)
    func `every numbered step of the documents is the source of something`(
        document: SourceDocument
    ) {
        for section in document.sections {
            let numbers = StepSource.all.filter {
                $0.procedure == section.procedure && $0.section == section.heading
            }.flatMap(\.stepNumbers)
            #expect(
                Set(numbers) == Set(1...section.stepCount),
                "\(section.procedure) of \(document)"
            )
        }
    }

    @Test
    func `what the sample plans do comes from every step but those that preflight does`() {
        var found: [String: Set<Int>] = [:]
        for sample in PlanSample.all {
            for step in RunbookFixture.plan(sample.planning())?.steps ?? [] {
                #expect(StepSource.all.contains(step.source))
                found[step.source.section, default: []].formUnion(step.source.stepNumbers)
            }
        }
        for section in SourceDocument.allCases.flatMap(\.sections) {
            // Another pool must exist: checked before the run.
            let ours = section.procedure == "B" ? Set(2...7) : Set(1...section.stepCount)
            #expect(found[section.heading] == ours, "\(section.heading)")
        }
    }

    @Test
    func `Lync's own document is named for Lync, and the other for the rest`() {
        for version in ProductVersion.allCases {
            let isLync = version == .lync2010 || version == .lync2013
            let source = StepSource.of(.setup, .sip, .failover, version)
            #expect(source.section.contains("Lync Server") == isLync)
            #expect(source.stepNumbers == [6, 7])
        }
    }

    @Test
    func `whatever the documents leave out says why it is there`() {
        for source in StepSource.all where source.steps.isEmpty {
            #expect(source.deviation?.isEmpty == false)
        }
    }
}

extension StepSource {
    /// Every source that a step can have.
    static let all: Set<StepSource> = Set(
        ProductVersion.allCases.flatMap { version in
            [MoveDirection.failover, .failback].flatMap { direction in
                RouteKind.allCases.flatMap { kind in
                    StepRole.allCases.flatMap { role in
                        FederationFlag.allCases.map {
                            of(role, kind, direction, version, flag: $0)
                        }
                    }
                }
            }
        }
    )
}
