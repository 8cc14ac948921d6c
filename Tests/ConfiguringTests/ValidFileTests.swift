import FailoverCore
import Foundation
import Testing

@testable import Configuring

@Suite struct ValidFileTests {
    private func load(_ text: String) throws -> AgentConfiguration {
        try ConfigurationLoader.parse(text).configuration
    }

    @Test func `the least file gets every default`() throws {
        let loaded = try ConfigurationLoader.parse(Fixtures.text("Valid/minimal.conf"))
        let configuration = loaded.configuration
        #expect(loaded.warnings.isEmpty)
        #expect(configuration.agent.stateDirectory == "/var/lib/edgewarden")
        #expect(configuration.agent.socket == "/run/edgewarden/agent.sock")
        #expect(configuration.agent.secretsDirectory == "/etc/edgewarden/secrets")
        #expect(configuration.agent.logLevel == .info)
        #expect(configuration.probes.interval == .seconds(5))
        #expect(configuration.probes.timeout == .seconds(3))
        #expect(configuration.probes.fall == 3)
        #expect(configuration.probes.rise == 5)
        #expect(configuration.probes.okReset == 2)
        #expect(configuration.probes.controlTargets == nil)
        #expect(configuration.probes.fastInterval == .seconds(1))
        #expect(configuration.probes.flap == FlapLimit(threshold: 5, window: .seconds(3_600)))
        #expect(configuration.probes.staleAfter == .seconds(18))
        #expect(configuration.probes.caFile == nil)
        #expect(configuration.probes.localDomains.mapValues(\.name) == [.sip: "contoso.com"])
        #expect(configuration.policy.approvalTimeout == .seconds(1_800))
        #expect(configuration.policy.coolDown == .seconds(1_800))
        #expect(configuration.policy.maxFailovers == .init(count: 2, per: .seconds(86_400)))
        #expect(configuration.policy.stuckReminder == .seconds(600))
        #expect(!configuration.organisation.trustsUntriedRights)
        #expect(!configuration.organisation.sharesAddressSpace)
        #expect(configuration.organisation.computerOUs.isEmpty)
        #expect(configuration.secretNames.isEmpty)
        #expect(configuration.alerts.isEmpty)
    }

    @Test func `a route says what the file says and defaults otherwise`() throws {
        let configuration = try load(Fixtures.twoSites())
        let route = try #require(configuration.organisation.route(RouteName("sip")))
        #expect(route.kind == .sip)
        #expect(route.home.name == "edgepool1.contoso.net")
        #expect(route.standby.map(\.name) == ["edgepool2.contoso.net"])
        #expect(route.mode == .approve)
        #expect(route.federationFlag == .preStaged)
        #expect(route.setup == .whenListenerMissing)
        #expect(route.setupBy == .person)
        #expect(route.fence == .off)
        #expect(route.dnsStyle == .address)
        #expect(route.ttlWhileFailedOver == 300)
        #expect(route.edgeServices == nil)
        #expect(
            route.failback
                == FailbackSettings(
                    mode: .approve,
                    stableFor: .seconds(1_800),
                    unfencedSoak: .seconds(300)
                )
        )
    }

    @Test func `a hybrid organisation and its containers of computers are of the organisation`()
        throws
    {
        let text = try Fixtures.twoSites([
            ("management:\n", "management:\n  computer_ous: ['ou=FE,dc=contoso,dc=net']\n")
        ])
        let organisation = try load(text + "hybrid: { shared_address_space: true }\n").organisation
        #expect(organisation.sharesAddressSpace)
        #expect(organisation.computerOUs == ["ou=FE,dc=contoso,dc=net"])
    }

    @Test func `management gets the standard port and path, and each Edge server an endpoint`()
        throws
    {
        let management = try load(Fixtures.twoSites()).management
        let frontEnd = try #require(management.frontEnds.first)
        #expect(frontEnd.endpoint.url.absolute == "https://fe21.contoso.net:5986/wsman")
        #expect(frontEnd.endpoint.credentials == nil)
        #expect(frontEnd.endpoint.configurationName == "Microsoft.PowerShell")
        #expect(frontEnd.endpoint.timeouts == .init(connect: .seconds(10)))
        #expect(management.edges.count == 2)
        let name = try #require(FQDN("edge21.contoso.net"))
        let edge = try #require(management.edges[name])
        #expect(edge.url.absolute == "https://edge21.contoso.net:5986/wsman")
        #expect(edge.address == nil)
        #expect(edge.authentication == .ntlm)
        #expect(edge.credentials?.user == "edgewarden")
    }

    @Test(arguments: [
        ("", AgentConfiguration.ServiceName.http), (", service_name: host", .host),
        (", service_name: WSMAN", .wsman),
    ])
    func `a ticket is for HTTP unless it is said for what`(
        option: String,
        name: AgentConfiguration.ServiceName
    ) throws {
        let text = try Fixtures.twoSites([
            ("authentication: negotiate", "authentication: negotiate\(option)")
        ])
        let frontEnd = try #require(try load(text).management.frontEnds.first)
        #expect(frontEnd.endpoint.serviceName == name)
    }

    @Test func `a client certificate stands for user and password`() throws {
        let files = "{ certificate: /etc/edgewarden/agent.crt, key: /etc/edgewarden/agent.key }"
        let text = try Fixtures.twoSites([
            (
                "authentication: negotiate",
                "authentication: certificate, client_certificate: \(files)"
            )
        ])
        let endpoint = try #require(try load(text).management.frontEnds.first).endpoint
        #expect(endpoint.authentication == .certificate && endpoint.credentials == nil)
        #expect(endpoint.clientCertificate?.certificate == "/etc/edgewarden/agent.crt")
        #expect(endpoint.clientCertificate?.key == "/etc/edgewarden/agent.key")
    }

    @Test func `an Edge server's own entry yields to nothing and inherits the rest`() throws {
        let own =
            "password: edge-password, servers: { edge21.contoso.net: "
            + "{ url: \"https://10.2.1.11:5986/wsman\", password: own, timeouts: { connect: 2s } } }"
        let text = try Fixtures.twoSites([("password: edge-password", own)])
        let configuration = try load(text)
        let edges = configuration.management.edges
        let name = try #require(FQDN("edge21.contoso.net"))
        let edge = try #require(edges[name])
        #expect(edge.url.absolute == "https://10.2.1.11:5986/wsman")
        #expect(edge.credentials?.password.name == "own")
        #expect(edge.credentials?.user == "edgewarden")
        #expect(edge.timeouts == .init(connect: .seconds(2)))
        #expect(configuration.secretNames.map(\.name) == ["edge-password", "own"])
    }

    @Test func `Edge servers are reached over ssh, each by its name or its own URL`() throws {
        let logon =
            "transport: ssh, user: warden, key_file: /etc/e/key, known_hosts_file: /etc/e/hosts"
        let own =
            "servers: { edge21.contoso.net: \"ssh://10.9.9.9:2222\", edge11.contoso.net: "
            + "{ transport: wsman, authentication: ntlm, password: own } }"
        func edges(_ options: String) throws -> [FQDN: AgentConfiguration.Endpoint] {
            try load(
                Fixtures.twoSites([
                    (
                        "authentication: ntlm, user: edgewarden, password: edge-password",
                        options
                    ), ("[198.51.100.11] }", "[198.51.100.11] }, internal: 10.2.1.11"),
                ])
            ).management.edges
        }
        let (edge11, edge21) = (
            try #require(FQDN("edge11.contoso.net")), try #require(FQDN("edge21.contoso.net"))
        )
        let shared = try #require(try edges(logon)[edge21])
        #expect(shared.url.absolute == "ssh://edge21.contoso.net:22" && shared.url.port == 22)
        #expect(shared.address?.description == "10.2.1.11")
        #expect(
            shared.sshLogon
                == .init(user: "warden", keyFile: "/etc/e/key", knownHostsFile: "/etc/e/hosts")
        )
        #expect(shared.authentication == nil && shared.credentials == nil)
        let mixed = try edges("\(logon), \(own)")
        #expect(mixed[edge21]?.url.host == "10.9.9.9" && mixed[edge21]?.url.port == 2_222)
        #expect(mixed[edge21]?.address == nil)
        #expect(mixed[edge11]?.sshLogon == nil && mixed[edge11]?.authentication == .ntlm)
        #expect(mixed[edge11]?.credentials?.user == "warden")
    }

    @Test(arguments: [
        ("", "10.2.1.11"), ("https://edge21.contoso.net:443/x", "10.2.1.11"),
        ("https://10.9.9.9:5986/wsman", nil),
    ])
    func `an Edge server is reached at its internal address unless the URL says else`(
        url: String,
        address: String?
    ) throws {
        var changes = [("[198.51.100.11] }", "[198.51.100.11] }, internal: 10.2.1.11")]
        if !url.isEmpty {
            let servers = "servers: { edge21.contoso.net: \"\(url)\" }"
            changes.append(("password: edge-password", "password: edge-password, \(servers)"))
        }
        let management = try load(Fixtures.twoSites(changes)).management
        let name = try #require(FQDN("edge21.contoso.net"))
        #expect(management.edges[name]?.address?.description == address)
    }

    @Test(arguments: [
        ("approve", 2, nil, 120), ("auto", 2, nil, 300), ("observe", 2, nil, 300),
        ("approve", 1, nil, 600), ("auto", 1, nil, 600), ("auto", 1, "90s", 90),
        ("approve", 2, "15m", 900),
    ])
    func `the time to confirm depends on mode and pool unless it is written`(
        mode: String,
        servers: Int,
        written: String?,
        seconds: Int
    ) throws {
        var changes = [
            ("federation_flag: pre_staged", "federation_flag: pre_staged\n    mode: \(mode)")
        ]
        if servers == 2 {
            let second = "{ fqdn: edge12.contoso.net, access: { public: [203.0.113.12] } }"
            changes.append(("[203.0.113.11] } } ]", "[203.0.113.11] } }, \(second) ]"))
        }
        var text = try Fixtures.twoSites(changes)
        if let written { text += "policy: { confirm_for: \(written) }\n" }
        let route = try load(text).organisation.route(RouteName("sip"))
        #expect(route?.confirmFor == .seconds(seconds))
    }

    @Test func `a short interval shortens the default time-out`() throws {
        let probes = try load(Fixtures.twoSites() + "probes: { interval: 1s }\n").probes
        #expect(probes.timeout == .seconds(1))
        #expect(probes.staleAfter == .seconds(4))
    }

    @Test func `a short interval shortens the default fast interval`() throws {
        let probes = try load(Fixtures.twoSites() + "probes: { interval: 500ms }\n").probes
        #expect(probes.fastInterval == .milliseconds(500))
    }

    @Test func `how failures add up and when a pool flaps is what the file says`() throws {
        let targets = "probes: { control_targets: [192.0.2.1, '[2001:db8::1]:443'] }\n"
        #expect(
            try load(Fixtures.twoSites() + targets).probes.controlTargets?.map(\.description)
                == ["192.0.2.1", "[2001:db8::1]:443"]
        )
        let text =
            "probes: { ok_reset: 1, fast_interval: 2s, flap: { threshold: 3, window: 10m } }\n"
        let probes = try load(Fixtures.twoSites() + text).probes
        #expect(probes.okReset == 1 && probes.fastInterval == .seconds(2))
        #expect(probes.flap == FlapLimit(threshold: 3, window: .seconds(600)))
    }

    @Test func `names are compared without regard to case`() throws {
        let text = try Fixtures.twoSites([
            ("site: Redmond", "site: REDMOND"), ("home: edgepool1", "home: EdgePool1"),
        ])
        #expect(said(of: text).isEmpty)
    }

    @Test func `a load balancer's addresses are what DNS publishes`() throws {
        let pool = """
            version: sfb2015
                load_balancing: hlb
                vip: { access: [192.0.2.10, "2001:db8::10"], av: [192.0.2.20] }
            """
        let text = try Fixtures.twoSites([("version: sfb2015", pool)])
        let configuration = try load(text)
        let first = try #require(configuration.organisation.edgePools.first)
        #expect(first.publishedAddresses.map(\.description) == ["192.0.2.10", "2001:db8::10"])
        #expect(first.servers.first?.mediaAddresses.map(\.description) == ["192.0.2.20"])
    }

    @Test func `anchors, aliases and merge keys work`() throws {
        let text = """
            probes: &quick { interval: 2s, timeout: 1s }

            """
        let base = try Fixtures.twoSites([
            (
                "- { url: \"https://fe21.contoso.net\", site: Dublin, authentication: negotiate }",
                """
                - &first { url: "https://fe21.contoso.net", site: Dublin, authentication: negotiate }
                    - { <<: *first, url: "https://fe11.contoso.net", site: Redmond }
                """
            )
        ])
        let configuration = try load(base + text)
        #expect(configuration.management.frontEnds.map(\.site.name) == ["Dublin", "Redmond"])
        #expect(
            configuration.management.frontEnds.map(\.endpoint.authentication) == [
                .negotiate, .negotiate,
            ]
        )
        #expect(configuration.probes.interval == .seconds(2))
    }

    @Test(arguments: [("\r\n", "CRLF"), ("\n\n", "empty lines")])
    func `line ends do not matter`(end: String, name: String) throws {
        let text = try Fixtures.twoSites()
        #expect(try load(text.replacingOccurrences(of: "\n", with: end)) == load(text), "\(name)")
        #expect(try load("\u{FEFF}" + text) == load(text), "byte order mark")
    }

    @Test func `the heartbeat's receiver may have an authority of its own`() throws {
        let text =
            try Fixtures.twoSites()
            + "alerting: { heartbeat_url: https://hc.contoso.net/x, heartbeat_ca_file: /ca.pem }\n"
        let heartbeat = try load(text).alerting.heartbeat
        #expect(heartbeat?.caFile == "/ca.pem" && heartbeat?.every == .seconds(60))
    }

    @Test func `alerts go where the file says`() throws {
        let text =
            try Fixtures.twoSites() + """
                alerts:
                  - { name: a, kind: exec, command: [/bin/page, "--team=x y"], events: [route_down] }
                  - { name: b, kind: webhook, url: "http://127.0.0.1:9093/api", timeout: 3s,
                      header: { name: X-Token, secret: hook } }
                """
        let configuration = try load(text)
        let alerts = configuration.alerts
        #expect(alerts.map(\.name) == ["a", "b"])
        #expect(alerts.first?.kind == .exec(command: ["/bin/page", "--team=x y"]))
        #expect(alerts.first?.events == [.routeDown])
        #expect(alerts.last?.events == Set(NoticeCode.allCases))
        #expect(alerts.last?.timeout == .seconds(3))
        #expect(configuration.secretNames.map(\.name).contains("hook"))
    }

    @Test func `the first authoritative server and the key are what updates use`() throws {
        let provider =
            "kind: rfc2136, key_name: edgewarden., algorithm: hmac-sha512, secret: tsig"
        let text = try Fixtures.twoSites([
            ("kind: manual", provider), ("[192.0.2.1]", "[\"192.0.2.1:5353\", \"2001:db8::1\"]"),
        ])
        let zone = try #require(try load(text).dns.zones.first)
        #expect(zone.zone.authoritative.map(\.description) == ["192.0.2.1:5353", "2001:db8::1"])
        let key = AgentConfiguration.TransactionKey(
            name: try #require(FQDN("edgewarden")),
            algorithm: .hmacSHA512,
            secret: try #require(SecretName("tsig"))
        )
        #expect(zone.provider == .rfc2136(key))
    }
}
