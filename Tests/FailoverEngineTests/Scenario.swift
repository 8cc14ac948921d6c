import FailoverCore
import FailoverEngine
import FailoverTestKit
import Testing

/// The plans that every test of the runner goes through, each with the world it is for.
enum Scenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sipByAddress
    case sipByService
    case xmppUntouched
    case xmppOnly
    case xmppDocumented
    case sipFailback
    case xmppFailback
    case failbackWithoutRecord
    case sipHybrid

    var testDescription: String { rawValue }

    var route: RouteName {
        switch self {
        case .sipByAddress, .sipByService, .sipFailback, .failbackWithoutRecord, .sipHybrid:
            Contoso.sip
        case .xmppUntouched, .xmppOnly, .xmppDocumented, .xmppFailback: Contoso.xmpp
        }
    }

    var kind: RouteKind { route == Contoso.sip ? .sip : .xmpp }

    var organisation: Organisation {
        switch self {
        case .sipByService:
            Contoso.organisation(
                routes: [Contoso.sipRoute(style: .srv), Contoso.xmppRoute()],
                domains: [Contoso.domain, Contoso.secondDomain]
            )
        case .xmppDocumented:
            Contoso.organisation(
                routes: [Contoso.sipRoute(), Contoso.xmppRoute(services: .documented)]
            )
        case .sipHybrid:
            {
                var organisation = Contoso.organisation()
                organisation.sharesAddressSpace = true
                return organisation
            }()
        default: Contoso.organisation()
        }
    }

    /// The world before the run, with everything read that the run begins with.
    func prepare() async throws -> (bench: RunBench, opening: RunOpening) {
        let bench = RunBench(organisation)
        let world = bench.world
        var direction = MoveDirection.failover
        switch self {
        case .sipByAddress, .sipByService, .xmppUntouched, .sipHybrid: break
        case .xmppOnly, .xmppDocumented:
            world.change { model in
                for member in [1, 2] {
                    model.machines[Contoso.edge(2, member)]?.needsXMPPRestart = true
                }
            }
        case .sipFailback, .xmppFailback:
            direction = .failback
            #expect(try await bench.run(route) == .finished(.done))
            world.bring(Contoso.pool1, .well)
            stopAServiceThatNobodyProbes(world)
        case .failbackWithoutRecord:
            direction = .failback
            moveByHand(world)
            world.bring(Contoso.pool1, .well)
            stopAServiceThatNobodyProbes(world)
        }
        let opening = try await bench.opening(route, direction)
        world.forgetActs()
        return (bench, opening)
    }

    /// Procedure C starts with services that do not run; the ports that are probed answer all the same.
    private func stopAServiceThatNobodyProbes(_ world: ScriptedOrganisation) {
        world.change { model in
            for member in [1, 2] {
                let server = Contoso.edge(1, member)
                guard let services = model.machines[server]?.services else { continue }
                for index in services.indices where services[index].name == "RTCMRAUTH" {
                    model.machines[server]?.services[index].isStarted = false
                }
            }
        }
    }

    /// What an administrator did without the agent: routes, publication, records.
    private func moveByHand(_ world: ScriptedOrganisation) {
        world.change { model in
            for site in ["Redmond", "Dublin"] {
                model.setRoute(.sip, of: site, to: OrganisationModel.printed(Contoso.pool2))
            }
            model.publishEverywhere()
            model.put(
                RecordSet(
                    name: .of("sip.contoso.com"),
                    type: .a,
                    ttl: 300,
                    data: [1, 2].map { .address(Contoso.address(2, $0)) }
                )
            )
        }
    }

    /// Why the result is not what the run was for; empty when it is.
    func shortcomings(_ world: ScriptedOrganisation) -> [String] {
        var list = world.obstacles(kind)
        world.look { model in
            for (server, machine) in model.machines where machine.condition == .well {
                for service in machine.services where !service.isStarted {
                    list.append("\(service.name) does not run on \(server)")
                }
            }
        }
        return list.sorted()
    }
}
