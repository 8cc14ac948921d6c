import FailoverCore
import FailoverTestKit
import Testing

@testable import FailoverEngine

@Suite
struct SnapshotReadingTests {
    @Test
    func `everything that plans are made from is read`() async throws {
        let bench = StepBench()
        let snapshot = try await bench.opening([]).snapshot
        #expect(snapshot.storeFailure == nil)
        #expect(snapshot.associations.count == 6)
        #expect(snapshot.associations.allSatisfy { $0.edgeServer != nil })
        #expect(
            snapshot.edgeService(Contoso.pool2)?.nextHop?.description
                == "Registrar:fepool2.contoso.net"
        )
        #expect(snapshot.edgeService(Contoso.pool2)?.dependents.count == 3)
        #expect(snapshot.replicas.allSatisfy { $0.productVersion == "6.0.9319.0" })
        #expect(snapshot.startTypes.count == 4)
        #expect(snapshot.unreachableEdges == [:])
        #expect(snapshot.silentNextHops == [:])
        #expect(snapshot.missingCommands == [])
        #expect(snapshot.rightsFailures == [])
    }

    @Test
    func `a dead store leaves the replica of the server, and says so`() async throws {
        let bench = StepBench()
        bench.world.change { $0.storeMaster = nil }
        let snapshot = try await bench.opening([]).snapshot
        #expect(snapshot.sites.count == 2)
        #expect(snapshot.associations.count == 6)
        #expect(snapshot.storeMaster == nil)
        #expect(snapshot.storeFailure?.isEmpty == false)
        #expect(snapshot.topologyFailure == nil)
        #expect(snapshot.rightsFailures == [], "nothing can be tried without a store")
        #expect(!bench.world.commands.contains { $0.contains("-WhatIf") })
    }

    @Test
    func `an Edge server that does not answer is known as such, with the reason`() async throws {
        let bench = StepBench()
        bench.world.bring(server: Contoso.edge(1, 2), .off)
        let snapshot = try await bench.opening([]).snapshot
        #expect(snapshot.unreachableEdges.keys.sorted() == [Contoso.edge(1, 2)])
        #expect(snapshot.startTypes[Contoso.edge(1, 2)] == nil)
        #expect(snapshot.startTypes[Contoso.edge(1, 1)] == .automatic)
    }

    @Test
    func `when the target's next hop is silent the others are tried`() async throws {
        let bench = StepBench()
        bench.world.change { model in
            for (server, machine) in model.machines
            where machine.pool == FQDN.of("fepool2.contoso.net") {
                model.machines[server]?.condition = .off
            }
        }
        let snapshot = try await bench.opening([]).snapshot
        #expect(snapshot.silentNextHops.keys.map(\.name) == ["fepool2.contoso.net"])
        #expect(
            bench.world.commands.contains {
                $0.contains("Test-NetConnection") && $0.contains("fe11.contoso.net")
            }
        )
    }

    @Test
    func `a media move tries the ports of the target's members from the endpoint`() async throws {
        let bench = StepBench()
        bench.world.change { $0.closedPorts = [8_057] }
        let move = Move(
            route: RouteName("media"),
            kind: .media,
            from: Contoso.pool1,
            to: Contoso.pool2
        )
        let snapshot = try await bench.snapshotter.take(for: [move], record: nil)
        #expect(snapshot.closedPaths.count == 2)
        #expect(snapshot.closedPaths.first?.contains("edge21.contoso.net") == true)
        #expect(snapshot.closedPaths.allSatisfy { $0.contains("8057") && $0.contains("3478/UDP") })
        #expect(
            bench.world.commands.contains {
                $0.contains("Set-CsRegistrar") && $0.contains("-WhatIf")
            }
        )
    }

    @Test
    func `a parameter that the endpoint does not offer is named`() async throws {
        let bench = StepBench()
        bench.world.change { $0.missingParameters = [.xmppFederationRoute] }
        let move = Move(
            route: Contoso.xmpp,
            kind: .xmpp,
            from: Contoso.pool1,
            to: Contoso.pool2
        )
        let snapshot = try await bench.snapshotter.take(for: [move], record: nil)
        let needs = snapshot.missingCommands.map(\.description)
        #expect(needs == ["Set-CsSite -XmppFederationRoute"])
    }

    /// Contoso with two containers of server computers.
    private static var delegating: StepBench {
        var organisation = Contoso.organisation()
        organisation.computerOUs = ["OU=Front,DC=contoso,DC=net", "OU=Edge,DC=contoso,DC=net"]
        return StepBench(organisation)
    }

    @Test
    func `the setup permission is tested for each container, also while the store is dead`()
        async throws
    {
        let bench = Self.delegating
        bench.world.change { model in
            model.containersWithoutPermission = ["OU=Edge,DC=contoso,DC=net"]
            model.storeMaster = nil
        }
        let readings = try await bench.opening([]).snapshot.setupPermissions
        #expect(readings.map(\.container) == bench.world.organisation.computerOUs)
        #expect(readings.map(\.isGranted) == [true, false])
    }

    @Test
    func `an endpoint without the test of setup permission is not asked`() async throws {
        let bench = Self.delegating
        bench.world.change { $0.missingParameters = [.computerOU] }
        #expect(try await bench.opening([]).snapshot.setupPermissions == [])
        #expect(!bench.world.commands.contains { $0.contains("Test-CsSetupPermission -Comp") })
        let other = StepBench()
        #expect(try await other.opening([]).snapshot.setupPermissions == [])
        #expect(!other.world.commands.contains { $0.contains("Test-CsSetupPermission") })
    }

    @Test(arguments: [Fault.refused("no such object"), .unreachable])
    func `a test of setup permission that tells nothing is no answer`(fault: Fault) async throws {
        let bench = Self.delegating
        bench.world.order(fault, at: .command(.testSetupPermission))
        let readings = try await bench.opening([]).snapshot.setupPermissions
        #expect(readings.map(\.isGranted) == [nil, true])
        #expect(readings.first?.detail.isEmpty == false)
    }

    @Test(arguments: [
        (ManagementValue.bool(true), true as Bool?), (.bool(false), false),
        (.string("Success"), true), (.string("Failure"), false), (.string("False"), false),
        (.string("who knows"), nil), (.null, nil),
    ])
    func `a test's result is read as a boolean or as task output`(
        value: ManagementValue,
        isGranted: Bool?
    ) {
        #expect(ManagementObject([("Result", value)]).isSuccess == isGranted)
        if case .bool = value {
            #expect(ManagementObject([("Value", value)]).isSuccess == isGranted)
        }
    }

    @Test
    func `the last publication is that of a run that saw it through`() async throws {
        let bench = StepBench()
        #expect(try await bench.journal.lastPublication() == nil)
        _ = try await bench.run([.enableTopology], isRehearsal: true)
        #expect(try await bench.journal.lastPublication() == nil, "a rehearsal publishes nothing")
        let other = StepBench()
        _ = try await other.run([.enableTopology])
        let last = try #require(try await other.journal.lastPublication())
        let events = try await other.journal.events(of: StepBench.run)
        #expect(events.contains { $0.at == last })
    }
}

@Suite
struct ServiceReadingTests {
    private static let service = "Registrar:fepool1.contoso.net"

    static let printed: [[(String, ManagementValue)]] = [
        [("EdgeServer", .string("EdgeServer:edgepool1.contoso.net"))],
        [("EdgeServer", .string("edgepool1.contoso.net"))],
        [("EdgeServerService", .string("EdgeServer:edgepool1.contoso.net"))], [],
    ]

    @Test(arguments: printed)
    func `a service's Edge pool is found however it is printed`(
        properties: [(String, ManagementValue)]
    ) {
        let reading = ServiceReading([
            ManagementObject([("Identity", .string(Self.service))] + properties),
            ManagementObject([
                ("Identity", .string("EdgeServer:edgepool1.contoso.net")),
                ("DependentServiceList", .list([.string(Self.service)])),
            ]),
        ])
        #expect(reading.associations.first?.edgeServer == .edgeServer(Contoso.pool1))
    }

    @Test
    func `a federation port that is no port is not taken for none`() {
        let reading = ServiceReading([
            ManagementObject([
                ("Identity", .string("EdgeServer:edgepool1.contoso.net")),
                ("AccessEdgeExternalSipPort", .string("Disabled")),
            ])
        ])
        #expect(reading.edgeServices.first?.federationPort == nil)
        #expect(reading.unknownPorts == [Contoso.pool1: "Disabled"])
    }

    @Test(arguments: [("00:05:00", 300), ("1.00:00:00", 86_400), ("01:01:01.5", 3_661)])
    func `spans of time are read as .NET writes them`(text: String, seconds: Int) {
        #expect(TimeSpan.seconds(text) == UInt32(seconds))
    }

    @Test(arguments: ["", "5", "00:61:00", "-00:05:00", "1.2.3:4:5", "24:00:00"])
    func `what is no span of time is not read as one`(text: String) {
        #expect(TimeSpan.seconds(text) == nil)
    }

    @Test(arguments: [UInt32(0), 59, 300, 86_399, 86_400, 604_800])
    func `spans of time survive writing and reading`(seconds: UInt32) {
        #expect(TimeSpan.seconds(TimeSpan.text(seconds: seconds)) == seconds)
    }
}
