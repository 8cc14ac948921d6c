/// A run that is being undone: by whose order, why, and by which steps.
public struct Undoing: Sendable, Hashable, Codable {
    /// Who ordered it.
    public var by: Person
    /// What they said.
    public var reason: String
    /// The undo steps in order; their numbers follow the plan's.
    public var steps: [Step]
    /// What was left alone because somebody else had changed it.
    public internal(set) var leftAlone: [String] = []
}

extension Plan {
    /// The steps that take a run back: newest first, from what the plan recorded as `from`.
    ///
    /// Edits of the topology are enabled once, after the last of them, and waited for like any
    /// publication; records are read back at every authoritative server.
    ///
    /// - Parameter acted: steps whose act was begun.
    /// - Returns: the steps, numbered after the plan's.
    func undoSteps(of acted: Set<StepID>) -> [Step] {
        var undo: [Step] = []
        let last = steps.map(\.id.number).max() ?? 0
        func add(_ step: Step, _ title: String, _ operation: Operation) {
            undo.append(
                Step(
                    id: StepID(last + undo.count + 1),
                    title: title,
                    source: step.source,
                    operation: operation,
                    timeout: step.timeout
                )
            )
        }
        let newestFirst = steps.reversed().filter { acted.contains($0.id) }
        // The checkbox that a person moves is an edit too; publishing it is part of it.
        let edits = newestFirst.filter { $0.operation.editsTopology || $0.operation.movesFlag }
        for step in newestFirst {
            switch step.operation {
            // A stop is taken back at once, by its compensation, and not again here.
            case .stopServices: break
            // One at a time, so that what somebody else changed doesn't keep the others from going back.
            case .changeRecords(let zone, let changes):
                for change in changes.reversed().map(\.reversed) {
                    let what = "\(change.name) \(change.type.rawValue)"
                    add(
                        step,
                        "Undo: put \(what) back in \(zone)",
                        .changeRecords(zone: zone, [change])
                    )
                    let set = RecordExpectation(
                        name: change.name,
                        type: change.type,
                        set: change.to
                    )
                    add(
                        step,
                        "Check that every authoritative server of \(zone) has the old \(what)",
                        .checkRecords(zone: zone, [set])
                    )
                }
            default:
                guard let operation = step.operation.undo else { break }
                add(step, "Undo: \(step.title)", operation)
            }
            guard step.id == edits.last?.id else { continue }
            if edits.contains(where: \.operation.editsTopology),
                let enable = steps.first(where: { $0.operation == .enableTopology })
            {
                add(enable, "Enable the restored topology", .enableTopology)
            }
            for gate in steps {
                guard case .awaitReplication = gate.operation else { continue }
                add(gate, "Wait until the servers have the restored topology", gate.operation)
            }
        }
        return undo
    }
}

extension Operation {
    fileprivate var movesFlag: Bool {
        if case .person(.moveFederationFlag) = self { true } else { false }
    }
}
