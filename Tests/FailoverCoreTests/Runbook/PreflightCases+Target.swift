import FailoverCore

/// The facts about the target that block, one by one.
extension PreflightTests {
    static let probes: [Case] = [
        Case(
            testDescription: "the target is down",
            change: { $0.verdict(RunbookFixture.pool2, .sip, .down) },
            check: "target",
            sentence: "edgepool2.contoso.net is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "nothing is known of the target",
            change: { $0.verdict(RunbookFixture.pool2, .sip, .unknown) },
            check: "target",
            sentence: "is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "the target was never probed",
            change: { $0.snapshot.verdicts = [:] },
            check: "target",
            sentence: "was not probed yet",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "media of the target is down",
            kind: .media,
            change: { $0.verdict(RunbookFixture.pool2, .media, .down) },
            check: "target",
            sentence: "is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "the checkbox moves, but nothing of the host answers",
            change: { fixture in
                fixture.keepFlagSingle()
                fixture.verdict(RunbookFixture.pool2, .access, .down)
            },
            check: "target",
            sentence: "no part of edgepool2.contoso.net is known to answer",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "silent XMPP that the plan may not start",
            kind: .xmpp,
            change: { fixture in
                fixture.verdict(RunbookFixture.pool2, .xmpp, .down)
                fixture.organisation.routes[1].edgeServices = .untouched
            },
            check: "target",
            sentence: "is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "silent XMPP of which nothing is known",
            kind: .xmpp,
            change: { $0.verdict(RunbookFixture.pool2, .xmpp, .unknown) },
            check: "target",
            sentence: "is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "silent XMPP, and nothing else of the host answers",
            kind: .xmpp,
            change: { fixture in
                for leg in [LegKind.xmpp, .sip, .access] {
                    fixture.verdict(RunbookFixture.pool2, leg, .down)
                }
            },
            check: "target",
            sentence: "no part of edgepool2.contoso.net is known to answer",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "the checkbox moves to a member that is not up to date",
            change: { fixture in
                fixture.keepFlagSingle()
                fixture.replica(of: RunbookFixture.edge22) { $0?.isUpToDate = false }
            },
            check: "replica",
            sentence: "the replica of edge22.contoso.net is not up to date",
            readFrom: "Get-CsManagementStoreReplicationStatus at",
            clearedBy: "start the REPLICA service there, open port 4443"
        ),
        Case(
            testDescription: "the checkbox moves to a member that has no replica",
            change: { fixture in
                fixture.keepFlagSingle()
                fixture.replica(of: RunbookFixture.edge21) { $0 = nil }
            },
            check: "replica",
            sentence: "the replica of edge21.contoso.net is not known",
            readFrom: "Get-CsManagementStoreReplicationStatus at",
            clearedBy: "REPLICA"
        ),
        Case(
            testDescription: "XMPP is started on a member that is not up to date",
            kind: .xmpp,
            change: { fixture in
                fixture.verdict(RunbookFixture.pool2, .xmpp, .down)
                fixture.replica(of: RunbookFixture.edge21) { $0?.isUpToDate = false }
            },
            check: "replica",
            sentence: "the replica of edge21.contoso.net is not up to date",
            readFrom: "Get-CsManagementStoreReplicationStatus at",
            clearedBy: "REPLICA"
        ),
        Case(
            testDescription: "the next hop is dead and nobody can take over",
            change: { fixture in
                fixture.snapshot.silentNextHops = [
                    name("fepool1.contoso.net"): "no answer",
                    name("fepool2.contoso.net"): "refused",
                ]
            },
            check: "next_hop",
            sentence:
                "fepool2.contoso.net, to which edgepool2.contoso.net hands over what comes in,"
                + " does not answer on 5061 (refused)",
            readFrom: "Get-CsService -EdgeServer (Registrar)",
            clearedBy: "bring a Front End pool back"
        ),
        Case(
            testDescription: "the next hop is dead and who could take over is in a dead site",
            change: { fixture in
                fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
                fixture.snapshot.deadSites = [SiteName("Redmond")]
            },
            check: "next_hop",
            sentence: "no other Registrar that could take over does",
            readFrom: "Get-CsService -EdgeServer (Registrar)",
            clearedBy: "bring a Front End pool back"
        ),
        Case(
            testDescription: "the next hop is dead and only a branch appliance lives",
            change: { fixture in
                fixture.snapshot.silentNextHops = [name("fepool2.contoso.net"): "refused"]
                for index in fixture.snapshot.pools.indices {
                    fixture.snapshot.pools[index].roles.removeAll { $0 == "UserServer" }
                }
            },
            check: "next_hop",
            sentence: "no other Registrar that could take over does",
            readFrom: "Get-CsService -EdgeServer (Registrar)",
            clearedBy: "bring a Front End pool back"
        ),
        Case(
            testDescription: "the pools' side cannot reach the target",
            kind: .media,
            change: { $0.snapshot.closedPaths = ["5062 of edge21.contoso.net"] },
            check: "media",
            sentence: "cannot reach the target for media: 5062 of edge21.contoso.net",
            readFrom: "Test-NetConnection at https://fe21.contoso.net:5986/wsman",
            clearedBy: "open 5061, 5062, 8057 and 443"
        ),
    ]
}

extension RunbookFixture {
    /// Changes what is known of a server's replica.
    mutating func replica(of server: FQDN, _ body: (inout ReplicaSnapshot?) -> Void) {
        var replica = snapshot.replicas.first { $0.server == server }
        body(&replica)
        snapshot.replicas.removeAll { $0.server == server }
        if let replica { snapshot.replicas.append(replica) }
    }
}
