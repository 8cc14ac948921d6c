import FailoverCore
import Testing

/// What an approval is bound to.
@Suite
struct PlanTests {
    private typealias Fixture = RunbookFixture

    private func text(_ fixture: RunbookFixture, _ kind: RouteKind = .sip) throws -> String {
        try #require(Fixture.plan(fixture.failover(kind))).canonicalText
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var apply: @Sendable (inout RunbookFixture) -> Void
    }

    static let meaningless: [Change] = [
        Change(testDescription: "the time of reading") {
            $0.snapshot.takenAt.millisecondsSinceEpoch += 60_000
        },
        Change(testDescription: "the words of a verdict, with counters and ages") { fixture in
            for leg in fixture.snapshot.verdicts.keys {
                fixture.snapshot.verdicts[leg]?.reason += " (37 probes in a row)"
            }
        },
        Change(testDescription: "the words of probes") { fixture in
            for index in fixture.snapshot.members.indices {
                fixture.snapshot.members[index].reason = "answered after 4 ms"
            }
        },
        Change(testDescription: "the age of replicas") { fixture in
            for index in fixture.snapshot.replicas.indices {
                fixture.snapshot.replicas[index].lastUpdate = 638_999_000_000_000_000
            }
        },
        Change(testDescription: "a renewed certificate") { fixture in
            fixture.certificates(of: Fixture.pool2) { facts in
                facts.fingerprint = "ff"
                facts.notAfter.millisecondsSinceEpoch += 1_000
            }
        },
        Change(testDescription: "the endpoint that was read") { fixture in
            fixture.snapshot.endpoint = "https://fe22.contoso.net:5986/wsman"
            fixture.snapshot.endpointIndex = 1
        },
        Change(testDescription: "the order of sites") { $0.snapshot.sites.reverse() },
    ]

    @Test(arguments: meaningless)
    func `a plan stays the same when only this changes`(change: Change) throws {
        var fixture = RunbookFixture()
        change.apply(&fixture)
        #expect(try text(fixture) == text(RunbookFixture()))
    }

    static let meaningful: [Change] = [
        Change(testDescription: "a site's route") {
            $0.snapshot.sites[1].sipRoute = nil
        },
        Change(testDescription: "a new site on the failed pool") { fixture in
            var site = fixture.snapshot.sites[0]
            site.name = SiteName("Oslo")
            fixture.snapshot.sites.append(site)
        },
        Change(testDescription: "the old addresses") {
            $0.put("sip.contoso.com", .a, ttl: 3_600, [.address(address("203.0.113.11"))])
        },
        Change(testDescription: "the old TTL") { fixture in
            fixture.change("sip.contoso.com", .a) { _, reading in reading.set?.ttl = 7_200 }
        },
        Change(testDescription: "the new addresses") {
            $0.organisation.edgePools[1].servers[0].publicAddresses = [address("198.51.100.77")]
        },
        Change(testDescription: "the class of a verdict") {
            $0.verdict(RunbookFixture.pool2, .sip, .degraded)
        },
        Change(testDescription: "a partner to test with") {
            $0.organisation.partners.removeAll()
        },
        Change(testDescription: "a warning") { fixture in
            fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.noClientUsage] }
        },
        Change(testDescription: "the TTL while failed over") {
            $0.organisation.routes[0].ttlWhileFailedOver = 60
        },
        Change(testDescription: "a member that the gate leaves out") { fixture in
            for index in fixture.snapshot.members.indices
            where fixture.snapshot.members[index].server == name("edge22.contoso.net") {
                fixture.snapshot.members[index].liveness = .dead
            }
        },
        Change(testDescription: "a partner that is not required any more") {
            $0.organisation.partners[0].isRequired = false
        },
    ]

    @Test(arguments: meaningful)
    func `a plan is another one when this changes`(change: Change) throws {
        var fixture = RunbookFixture()
        change.apply(&fixture)
        #expect(try text(fixture) != text(RunbookFixture()))
    }

    @Test(arguments: meaningful)
    func `a plan says what of it has changed`(change: Change) throws {
        var fixture = RunbookFixture()
        let before = try #require(Fixture.plan(fixture.failover(.sip)))
        change.apply(&fixture)
        let after = try #require(Fixture.plan(fixture.failover(.sip)))
        #expect(before.changes(since: before) == [] && after.changes(since: after) == [])
        // Verdicts on the legs that move are the basis' to tell.
        let isTold = after.verdicts == before.verdicts
        #expect(after.changes(since: before).isEmpty != isTold)
    }

    @Test
    func `the changes of a plan are clauses that people understand`() throws {
        let before = try #require(Fixture.plan(RunbookFixture().failover(.sip)))
        var after = before
        let media = PoolLeg(pool: RunbookFixture.pool1, kind: .media)
        after.verdicts[media] = .up
        after.steps[1].title += " twice"
        after.warnings.append("edge22 is slow")
        after.needsApproval = true
        let title = before.steps[1].title
        #expect(
            after.changes(since: before) == [
                "media of edgepool1.contoso.net is part of it now", "new step: \(title) twice",
                "step gone: \(title)", "new: edge22 is slow", "it needs a person's yes now",
            ]
        )
        var later = after
        later.verdicts[media] = .down
        later.needsApproval = false
        later.warnings = before.warnings
        #expect(
            later.changes(since: after) == [
                "media of edgepool1.contoso.net was up and is down now",
                "no longer: edge22 is slow",
                "it needs no person's yes any more",
            ]
        )
        later.warnings = (1...9).map { "warning \($0)" }
        #expect(later.changes(since: before).count == 7)
        #expect(later.changes(since: before).last?.hasSuffix("more differences") == true)
    }

    @Test
    func `every change of every plan stands in its canonical text, from and to`() throws {
        var silent = RunbookFixture(services: .documented)
        silent.verdict(RunbookFixture.pool2, .xmpp, .down)
        for (fixture, kind) in [
            (RunbookFixture(), RouteKind.sip), (RunbookFixture(), .xmpp),
            (RunbookFixture(style: .srv), .sip), (silent, .xmpp),
        ] {
            let plan = try #require(Fixture.plan(fixture.failover(kind)))
            for change in plan.steps.flatMap(\.operation.changes) {
                #expect(plan.canonicalText.contains(change))
            }
            #expect(plan.canonicalText.contains("edgepool1.contoso.net → edgepool2.contoso.net"))
        }
    }

    @Test
    func `titles, commands, checks and whether a person must say yes are part of what is approved`()
        throws
    {
        let plan = try #require(Fixture.plan(RunbookFixture().failover(.sip)))
        var asking = plan
        asking.needsApproval.toggle()
        #expect(asking.canonicalText != plan.canonicalText)
        for step in plan.steps {
            #expect(plan.canonicalText.contains("step \(step.id) \(step.title)\n"))
            for line in step.operation.commands {
                #expect(plan.canonicalText.contains("  command \(line)\n"))
            }
            for line in step.operation.particulars {
                #expect(plan.canonicalText.contains("  check \(line)\n"))
            }
        }
    }

    @Test
    func `the same input gives the same plan`() throws {
        #expect(try text(RunbookFixture(), .xmpp) == text(RunbookFixture(), .xmpp))
    }

    @Test
    func `every act but a start can be taken back, and taking back twice is the act again`() throws
    {
        for planning in [RunbookFixture().failover(.sip), RunbookFixture().failover(.xmpp)] {
            for step in try #require(Fixture.plan(planning)).steps
            where step.operation.operationClass == .state {
                #expect(step.operation.undo?.undo == step.operation)
            }
        }
    }
}

@Suite
struct PowerShellCommandTests {
    @Test(arguments: [
        ("Redmond", "'Redmond'"), ("O'Hare", "'O''Hare'"),
        ("$(Stop-Computer)", "'$(Stop-Computer)'"),
        ("a;b", "'a;b'"), ("\u{2018}x\u{2019}", "'\u{2018}\u{2018}x\u{2019}\u{2019}'"),
        ("\u{201A}\u{201B}", "'\u{201A}\u{201A}\u{201B}\u{201B}'"), ("", "''"),
    ])
    func `values are quoted so that PowerShell reads them literally`(
        value: String,
        quoted: String
    ) {
        let command = PowerShellCommand(.getSite, [.init(.identity, .string(value))])
        #expect("\(command)" == "Get-CsSite -Identity \(quoted)")
    }

    @Test
    func `switches, booleans and lists are written as PowerShell has them`() {
        let command = PowerShellCommand(
            .startWindowsService,
            [
                .init(.name, .strings(["A", "B'"])), .init(.confirm, .bool(false)),
                .init(.whatIf, .bool(true)),
            ]
        )
        #expect("\(command)" == "Start-CsWindowsService -Name 'A', 'B''' -Confirm:$false -WhatIf")
    }

    @Test
    func `writing commands do not ask back, and trials change nothing`() {
        let pool = ServiceIdentity.edgeServer(name("edgepool2.contoso.net"))
        for command in [
            PowerShellCommand.setRoute(of: SiteName("Site:Redmond"), .sip, to: pool),
            .enableTopology(), .startServices([]), .stopServices(["X"]),
        ] {
            #expect("\(command)".hasSuffix("-Confirm:$false"))
            #expect(!command.cmdlet.isReading)
        }
        for command in [
            PowerShellCommand.setRoute(of: SiteName("Redmond"), .sip, to: pool, whatIf: true),
            .enableTopology(whatIf: true),
        ] {
            #expect("\(command)".hasSuffix("-WhatIf"))
        }
    }

    @Test(arguments: [
        ("Site:Redmond", "Redmond"), ("site:Redmond", "Redmond"), ("Redmond", "Redmond"),
    ])
    func `a site is named by its bare name`(printed: String, bare: String) {
        let pool = ServiceIdentity.edgeServer(name("edgepool2.contoso.net"))
        let command = PowerShellCommand.setRoute(of: SiteName(printed), .xmpp, to: pool)
        #expect(command.bindings.first == .init(.identity, .string(bare)))
        #expect(
            command.bindings.dropFirst().first
                == .init(.xmppFederationRoute, .string("EdgeServer:edgepool2.contoso.net"))
        )
    }

    @Test(arguments: Cmdlet.allCases)
    func `what gets, tests and resolves only reads, everything else may change something`(
        cmdlet: Cmdlet
    ) {
        let verb = cmdlet.rawValue.prefix { $0 != "-" }
        #expect(cmdlet.isReading == ["Get", "Test", "Resolve"].contains(verb))
    }

    @Test
    func `cmdlets that only persons run are not among those that can be sent`() {
        let names = Cmdlet.allCases.map { $0.rawValue.lowercased() }
        #expect(!names.contains("invoke-csmanagementserverfailover"))
        #expect(!names.contains("invoke-cspoolfailback"))
    }
}
