import FailoverCore
import Testing

@testable import Configuring

/// What the file may say about procedures, and that it reaches the organisation.
@Suite struct ProcedureOptionTests {
    private static let media = """
          - name: media
            kind: media
            home: edgepool1.contoso.net
            standby: [edgepool2.contoso.net]

        """

    /// `two-sites.conf` with A/V addresses, changed.
    private func load(_ changes: [(String, String)]) throws -> LoadedConfiguration {
        let first = "{ public: [203.0.113.11] }"
        let second = "{ public: [198.51.100.11] }"
        let addresses = [
            (first, "\(first), av: { public: [203.0.113.21] }"),
            (second, "\(second), av: { public: [198.51.100.21] }"),
        ]
        return try ConfigurationLoader.parse(Fixtures.twoSites(addresses + changes))
    }

    private func route(_ name: String, _ loaded: LoadedConfiguration) throws -> FederationRoute {
        try #require(loaded.configuration.organisation.route(RouteName(name)))
    }

    @Test(arguments: FederationFlag.allCases, ProductVersion.allCases)
    func `each way to keep the federation flag is taken for each version`(
        flag: FederationFlag,
        version: ProductVersion
    ) throws {
        let xmpp = """
              - name: xmpp
                kind: xmpp
                home: edgepool1.contoso.net
                standby: [edgepool2.contoso.net]

            """
        let loaded = try load([
            ("pre_staged", flag.rawValue), ("sfb2015", version.rawValue), (xmpp, ""),
        ])
        #expect(loaded.warnings.isEmpty)
        #expect(try route("sip", loaded).federationFlag == flag)
        let versions = loaded.configuration.organisation.edgePools.map(\.version)
        #expect(versions == [version, version])
    }

    @Test(arguments: ComponentSetup.allCases, SetupBy.allCases)
    func `setup is done as the file says`(setup: ComponentSetup, by: SetupBy) throws {
        let written = "pre_staged\n    setup: \(setup.rawValue)\n    setup_by: \(by.rawValue)"
        let loaded = try load([("pre_staged", written)])
        let route = try route("sip", loaded)
        #expect(route.setup == setup)
        #expect(route.setupBy == by)
        #expect(loaded.warnings.count == (setup == .never && by == .agent ? 1 : 0))
    }

    @Test(arguments: Fence.allCases)
    func `the failed pool is fenced as the file says`(fence: Fence) throws {
        let written =
            "pre_staged\n    fence: \(fence.rawValue)\n    failback: { unfenced_soak: 90s }"
        let loaded = try load([("pre_staged", written)])
        let route = try route("sip", loaded)
        #expect(loaded.warnings.isEmpty)
        #expect(route.fence == fence)
        #expect(route.failback.unfencedSoak == .seconds(90))
        #expect(route.failback.stableFor == .seconds(1_800))
    }

    @Test func `a media route leaves DNS and Setup alone`() throws {
        let loaded = try load([("management:", Self.media + "management:")])
        let route = try route("media", loaded)
        #expect(loaded.warnings.isEmpty)
        #expect(route.kind == .media)
        #expect(route.pools.map(\.name) == ["edgepool1.contoso.net", "edgepool2.contoso.net"])
        #expect(route.mode == .approve)
        #expect(route.dnsStyle == .none)
        #expect(route.setup == .never)
        #expect(route.fence == .off)
        #expect(route.edgeServices == nil)
    }

    @Test func `each Edge pool may have a media route, with the other as standby`() throws {
        let back = """
              - name: media-dublin
                kind: media
                home: edgepool2.contoso.net
                standby: [edgepool1.contoso.net]
                mode: auto
                confirm_for: 10m
                failback: { mode: auto, stable_for: 1h }

            """
        let loaded = try load([
            ("management:", Self.media + back + "management:"),
            ("warden-1, site: Dublin", "warden-1, site: Singapore"),
            ("{ name: Redmond },", "{ name: Redmond }, { name: Singapore },"),
        ])
        #expect(loaded.warnings.isEmpty)
        #expect(try route("media", loaded).home.name == "edgepool1.contoso.net")
        let second = try route("media-dublin", loaded)
        #expect(second.home.name == "edgepool2.contoso.net")
        #expect(second.mode == .auto)
        #expect(second.confirmFor == .seconds(600))
        #expect(second.failback.mode == .auto)
        #expect(second.failback.stableFor == .seconds(3_600))
    }

    @Test func `a route's own time to confirm goes before the policy's`() throws {
        let text = try Fixtures.twoSites([("pre_staged", "pre_staged\n    confirm_for: 15m")])
        let loaded = try ConfigurationLoader.parse(text + "policy: { confirm_for: 12m }\n")
        #expect(try route("sip", loaded).confirmFor == .seconds(900))
        #expect(try route("xmpp", loaded).confirmFor == .seconds(720))
    }

    @Test func `a server's A/V addresses are watched, or else its load balancer's`() throws {
        let own = "{ fqdn: edge12.contoso.net, access: { probe: { default: 10.1.0.12 } } }"
        let loaded = try load([
            (
                "    servers: [ { fqdn: edge11",
                """
                    load_balancing: hlb
                    vip: { access: [192.0.2.10], av: [192.0.2.20, "2001:db8::20"] }
                    servers: [ \(own), { fqdn: edge11
                """
            ),
            (
                "edge21.contoso.net, access: { public: [198.51.100.11] }",
                "edge21.contoso.net, access: { public: [198.51.100.11], probe: { default: 10.2.0.1 } }"
            ),
        ])
        let servers = loaded.configuration.organisation.edgePools.flatMap(\.servers)
        let addresses = Dictionary(
            uniqueKeysWithValues: servers.map { ($0.fqdn.labels[0], $0.mediaAddresses) }
        ).mapValues { $0.map(\.description) }
        #expect(
            addresses == [
                "edge12": ["192.0.2.20", "2001:db8::20"], "edge11": ["203.0.113.21"],
                "edge21": ["198.51.100.21"],
            ]
        )
    }

    @Test func `a vantage probes the A/V Edge where the file says`() throws {
        let probe = "probe: { warden-1: 10.1.0.21, default: 10.1.0.22 }"
        let loaded = try load([
            ("public: [203.0.113.21]", "public: [203.0.113.21, 203.0.113.22], \(probe)")
        ])
        let servers = loaded.configuration.organisation.edgePools.flatMap(\.servers)
        func probed(from vantage: String) -> [String] {
            servers.compactMap { $0.mediaProbeAddress(from: vantage)?.description }
        }
        #expect(probed(from: "warden-1") == ["10.1.0.21", "198.51.100.21"])
        #expect(probed(from: "warden-2") == ["10.1.0.22", "198.51.100.21"])
        #expect(servers.first?.mediaAddresses.count == 2)
    }

    @Test func `each leg has the port that the file says, or its own`() throws {
        let loaded = try load([
            (
                "site: Redmond\n",
                "site: Redmond\n    ports: { sip: 5062, access: 444, media: 443 }\n"
            )
        ])
        let pool = try #require(loaded.configuration.organisation.edgePools.first)
        #expect(LegKind.allCases.map(pool.port(for:)) == [5062, 5269, 443, 444])
        #expect(pool.ports == [.sip: 5062, .access: 444])
    }

    @Test(arguments: [("access: 5061", 443), ("media: 4443", 4443)])
    func `one address serves Access and A/V Edge on ports of their own`(
        ports: String,
        media: UInt16
    ) throws {
        let loaded = try load([
            ("site: Redmond\n", "site: Redmond\n    ports: { \(ports) }\n"),
            ("public: [203.0.113.21]", "public: [203.0.113.11]"),
        ])
        let pool = try #require(loaded.configuration.organisation.edgePools.first)
        #expect(pool.servers.first?.mediaAddresses == pool.servers.first?.publicAddresses)
        #expect(pool.port(for: .media) == media)
    }

    @Test func `the policy says whether rights are trusted untried, and how often to remind`()
        throws
    {
        let policy = "policy: { auto_without_drill: true, stuck_reminder: 1m }\n"
        let configuration = try ConfigurationLoader.parse(Fixtures.twoSites() + policy)
            .configuration
        #expect(configuration.organisation.trustsUntriedRights)
        #expect(configuration.policy.stuckReminder == .seconds(60))
    }
}

/// Who changes a zone, in the file and in the organisation.
@Suite struct ZoneProviderTests {
    private func zones(_ lines: [String]) throws -> (AgentConfiguration, [AgentConfiguration.Zone])
    {
        let written = lines.map { "    - { \($0) }" }.joined(separator: "\n")
        let text = try Fixtures.twoSites([
            (
                "    - { zone: contoso.com, authoritative: [192.0.2.1], "
                    + "provider: { kind: manual } }",
                written
            )
        ])
        let loaded = try ConfigurationLoader.parse(text)
        #expect(loaded.warnings.isEmpty)
        #expect(
            loaded.configuration.organisation.zones == loaded.configuration.dns.zones.map(\.zone)
        )
        for zone in loaded.configuration.dns.zones {
            #expect(zone.zone.provider == zone.provider.kind)
        }
        return (loaded.configuration, loaded.configuration.dns.zones)
    }

    private let start = "zone: contoso.com, authoritative: [192.0.2.1], provider: "

    @Test(arguments: AgentConfiguration.Algorithm.allCases)
    func `dynamic updates are signed by the key of that name`(
        algorithm: AgentConfiguration.Algorithm
    ) throws {
        let (configuration, zones) = try zones([
            start + "{ kind: rfc2136, key_name: warden, algorithm: \(algorithm.rawValue), "
                + "secret: tsig }"
        ])
        guard case .rfc2136(let key) = zones.first?.provider else {
            Issue.record("\(zones)")
            return
        }
        #expect(key.name.name == "warden")
        #expect(key.algorithm == algorithm)
        #expect(configuration.secretNames.map(\.name) == ["edge-password", "tsig"])
    }

    @Test func `the Windows DNS cmdlets have an endpoint of their own`() throws {
        let (configuration, zones) = try zones([
            start + "{ kind: powershell, endpoint: { url: \"https://dns1.contoso.net\", "
                + "authentication: ntlm, user: dns, password: dns-password, ca_file: /etc/ca.pem, "
                + "configuration_name: DNS, timeouts: { connect: 2s } } }"
        ])
        guard case .powershell(let endpoint) = zones.first?.provider else {
            Issue.record("\(zones)")
            return
        }
        #expect(endpoint.url.absolute == "https://dns1.contoso.net:5986/wsman")
        #expect(endpoint.authentication == .ntlm)
        #expect(endpoint.credentials?.user == "dns")
        #expect(endpoint.caFile == "/etc/ca.pem")
        #expect(endpoint.configurationName == "DNS")
        #expect(endpoint.timeouts == .init(connect: .seconds(2)))
        #expect(configuration.secretNames.map(\.name) == ["dns-password", "edge-password"])
    }

    @Test(arguments: [("", 30), (", timeout: 2m", 120)])
    func `a program gets its arguments and its time`(timeout: String, seconds: Int) throws {
        let (_, zones) = try zones([start + "{ kind: exec, command: [/bin/dns, -v]\(timeout) }"])
        let expected = AgentConfiguration.Provider.exec(
            .init(command: ["/bin/dns", "-v"], timeout: .seconds(seconds))
        )
        #expect(zones.map(\.provider) == [expected])
    }

    @Test func `two views of one zone are two zones`() throws {
        let (_, zones) = try zones([
            start + "{ kind: manual }", "view: internal, " + start + "{ kind: manual }",
        ])
        #expect(zones.map(\.zone.key.view) == ["public", "internal"])
        #expect(Set(zones.map(\.zone.key)).count == 2)
    }
}
