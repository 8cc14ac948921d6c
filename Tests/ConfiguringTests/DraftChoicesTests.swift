import FailoverCore
import Testing

@testable import Configuring

/// Answers, and the file that they become.
@Suite struct DraftChoicesTests {
    private let frontEnd = FrontEndText(
        url: "https://fe11.contoso.net",
        authentication: "negotiate"
    )

    private func fqdn(_ text: String) throws -> FQDN { try #require(FQDN(text)) }

    private func estate() throws -> DiscoveredEstate {
        let route = "EdgeServer:edgepool1.contoso.net"
        let sites = ["Dublin", "Redmond"]
        return DiscoveredEstate(
            sites: sites.map {
                SiteSnapshot(name: SiteName($0), sipRoute: route, xmppRoute: route)
            },
            edgePools: try [1, 2].map { number in
                DiscoveredEstate.EdgePool(
                    service: EdgeServiceSnapshot(
                        pool: try fqdn("edgepool\(number).contoso.net"),
                        federationPort: 5_061,
                        clientPort: 443,
                        xmppPort: 5_269,
                        externalName: try fqdn("sip\(number).contoso.com")
                    ),
                    site: SiteName(sites[2 - number]),
                    members: [try fqdn("edge\(number)1.contoso.net")],
                    productVersion: "6.0.9319.0",
                    addresses: [try #require(IPAddress("203.0.113.1\(number)"))]
                )
            },
            sipDomains: [try fqdn("contoso.com"), try fqdn("adatum.com")],
            zones: [
                DiscoveredEstate.Zone(
                    apex: try fqdn("contoso.com"),
                    servers: [try #require(IPAddress("192.0.2.53"))]
                )
            ]
        )
    }

    private func loaded(
        _ estate: DiscoveredEstate,
        _ choices: DraftChoices
    ) throws
        -> AgentConfiguration
    {
        let draft = EstateDraft(estate, from: frontEnd, choices)
        do {
            return try ConfigurationLoader.parse(draft.text).configuration
        } catch {
            Issue.record("\(error)\n\(draft.text)")
            throw error
        }
    }

    @Test func `the defaults watch only, and a person changes DNS`() throws {
        let configuration = try loaded(try estate(), DraftChoices())
        #expect(configuration.organisation.routes.allSatisfy { $0.mode == .observe })
        #expect(configuration.dns.zones.map(\.provider) == [.manual])
        #expect(configuration.alerts.isEmpty)
        #expect(configuration.agent.site == SiteName("Dublin"))
        #expect(DraftChoices().problems.isEmpty)
    }

    @Test func `site, mode, name and authorities are as chosen`() throws {
        var choices = DraftChoices()
        choices.site = SiteName("Redmond")
        choices.mode = .approve
        choices.agent = "warden-7"
        choices.edges = .winRM(
            authentication: "ntlm",
            user: "edgewarden",
            password: "edge-password",
            caFile: "/etc/edgewarden/ca.pem"
        )
        #expect(choices.problems.isEmpty)
        choices.edgeAuthorities = "/etc/edgewarden/edge's ca.pem"
        let configuration = try loaded(try estate(), choices)
        #expect(configuration.agent.site == SiteName("Redmond"))
        #expect(configuration.agent.name == "warden-7")
        #expect(configuration.management.edges.count == 2)
        #expect(configuration.secretNames.map(\.name) == ["edge-password"])
        #expect(configuration.organisation.routes.allSatisfy { $0.mode == .approve })
        #expect(configuration.probes.caFile == "/etc/edgewarden/edge's ca.pem")
        let text = EstateDraft(try estate(), from: frontEnd, choices).text
        #expect(!text.contains("CHECK: where this agent stands"))
    }

    @Test(
        arguments: [
            (nil, ["192.0.2.53"]), ("198.51.100.7", ["198.51.100.7", "192.0.2.53"]),
            ("192.0.2.53:53", ["192.0.2.53"]),
            ("192.0.2.53:5353", ["192.0.2.53:5353", "192.0.2.53"]),
        ] as [(String?, [String])]
    )
    func `updates go to the chosen server first`(_ server: String?, _ servers: [String]) throws {
        var choices = DraftChoices()
        choices.provider = .rfc2136(
            server: server,
            keyName: "warden",
            algorithm: "hmac-sha512",
            secret: "dns-key"
        )
        #expect(choices.problems.isEmpty)
        let zone = try #require(try loaded(try estate(), choices).dns.zones.first)
        #expect(zone.zone.authoritative.map(\.description) == servers)
        guard case .rfc2136(let key) = zone.provider else {
            Issue.record("\(zone.provider)")
            return
        }
        #expect(key.name.name == "warden" && key.algorithm == .hmacSHA512)
        #expect(key.secret.name == "dns-key")
    }

    @Test func `where not every zone was found, the route leaves DNS alone and says so`() throws {
        let draft = EstateDraft(try estate(), from: frontEnd)
        let routes = try loaded(try estate(), DraftChoices()).organisation.routes
        #expect(routes.first { $0.kind == .sip }?.dnsStyle == DNSStyle.none)
        #expect(draft.remarks.contains { $0.contains("not every domain's zone") })
    }

    @Test func `where no zone was found, the chosen server serves the domains`() throws {
        var estate = try estate()
        estate.zones = []
        var choices = DraftChoices()
        choices.provider = .rfc2136(
            server: "192.0.2.53",
            keyName: "warden",
            algorithm: "hmac-sha256",
            secret: "dns-key"
        )
        let configuration = try loaded(estate, choices)
        #expect(configuration.dns.zones.map(\.zone.name.name) == ["contoso.com", "adatum.com"])
        #expect(configuration.organisation.routes.allSatisfy { $0.dnsStyle == .address })
    }

    @Test func `Edge servers are reached over ssh`() throws {
        var choices = DraftChoices()
        choices.edges = .ssh(user: "warden", keyFile: "/etc/e/key", knownHostsFile: "/etc/e/known")
        #expect(choices.problems.isEmpty)
        let edges = try loaded(try estate(), choices).management.edges.values
        #expect(edges.count == 2 && edges.allSatisfy { $0.sshLogon?.user == "warden" })
        #expect(edges.allSatisfy { $0.sshLogon?.knownHostsFile == "/etc/e/known" })
        choices.edges = .ssh(user: "warden", keyFile: "/etc/e/a key", knownHostsFile: "/etc/known")
        #expect(choices.problems.count == 1, "\(choices.problems)")
    }

    @Test func `a second Front End stands in its site, with the same account`() throws {
        var estate = try estate()
        estate.frontEndPools = try [("1", "Redmond"), ("2", "Dublin")].map { number, site in
            DiscoveredEstate.FrontEndPool(
                fqdn: try fqdn("fepool\(number).contoso.net"),
                site: SiteName(site),
                members: [
                    try fqdn("fe\(number)1.contoso.net"), try fqdn("fe\(number)2.contoso.net"),
                ]
            )
        }
        let likely = EstateDraft.otherFrontEnd(than: frontEnd, in: estate)
        #expect(likely?.name == "fe21.contoso.net")
        var choices = DraftChoices()
        var other = frontEnd
        other.url = FrontEndText.address("fe21.contoso.net")
        choices.otherFrontEnds = [other]
        #expect(choices.problems.isEmpty)
        let frontEnds = try loaded(estate, choices).management.frontEnds
        #expect(frontEnds.map(\.site.name) == ["Redmond", "Dublin"])
        #expect(frontEnds.allSatisfy { $0.endpoint.authentication == .negotiate })
        let text = EstateDraft(estate, from: frontEnd, choices).text
        #expect(!text.contains("Add one of another site"))
        estate.frontEndPools.removeLast()
        #expect(EstateDraft.otherFrontEnd(than: frontEnd, in: estate)?.name == "fe12.contoso.net")
        estate.frontEndPools = []
        #expect(EstateDraft.otherFrontEnd(than: frontEnd, in: estate) == nil)
    }

    @Test func `Windows DNS is changed by its cmdlets`() throws {
        var choices = DraftChoices()
        choices.provider = .powershell(
            FrontEndText(
                url: "https://dns1.contoso.net",
                authentication: "ntlm",
                user: "CONTOSO\\dns",
                password: "dns-password",
                caFile: "/etc/edgewarden/ca.pem"
            )
        )
        #expect(choices.problems.isEmpty)
        let configuration = try loaded(try estate(), choices)
        guard case .powershell(let host)? = configuration.dns.zones.first?.provider else {
            Issue.record("\(configuration.dns.zones)")
            return
        }
        #expect(host.url.absolute == "https://dns1.contoso.net:5986/wsman")
        #expect(host.credentials?.user == "CONTOSO\\dns")
        #expect(configuration.secretNames.map(\.name) == ["dns-password"])
        choices.provider = .powershell(FrontEndText(url: "https://dns1", authentication: "ntlm"))
        #expect(choices.problems.contains { $0.contains("'user'") }, "\(choices.problems)")
    }

    @Test func `a program changes DNS`() throws {
        var choices = DraftChoices()
        choices.provider = .exec(command: ["/usr/local/bin/dns", "it's", "--x"])
        let zone = try #require(try loaded(try estate(), choices).dns.zones.first)
        guard case .exec(let program) = zone.provider else {
            Issue.record("\(zone.provider)")
            return
        }
        #expect(program.command == ["/usr/local/bin/dns", "it's", "--x"])
    }

    @Test(
        arguments: [
            (.journal, []), (.exec(command: ["/bin/page", "me"]), []),
            (.receiver(kind: .slack, secret: "slack-url"), ["slack-url"]),
            (.receiver(kind: .teams, secret: "teams-url"), ["teams-url"]),
            (.receiver(kind: .webhook, secret: "hook"), ["hook"]),
            (.receiver(kind: .pagerduty, secret: "pagerduty-key"), ["pagerduty-key"]),
            (
                .mail(server: "smtp.contoso.net:25", from: "w@contoso.net", to: ["a@contoso.com"]),
                []
            ),
        ] as [(AlertText, [String])]
    )
    func `each place for alerts is one that the file takes`(
        _ alert: AlertText,
        _ secrets: [String]
    ) throws {
        var choices = DraftChoices()
        choices.alert = alert
        #expect(choices.problems.isEmpty)
        let configuration = try loaded(try estate(), choices)
        #expect(configuration.alerts.count == 1)
        #expect(configuration.secretNames.map(\.name) == secrets)
    }

    @Test(
        arguments: [
            (.exec(command: ["page"]), "absolute path"), (.exec(command: []), "command"),
            (.receiver(kind: .slack, secret: "https://x"), "NAME"),
            (.mail(server: "", from: "w@contoso.net", to: ["a@contoso.com"]), "server"),
            (
                .mail(server: "smtp.contoso.net", from: "warden", to: ["a@contoso.com"]),
                "mail address"
            ),
        ] as [(AlertText, String)]
    )
    func `a wrong place is told as check would tell it`(_ alert: AlertText, _ words: String) {
        var choices = DraftChoices()
        choices.alert = alert
        #expect(choices.problems.contains { $0.contains(words) }, "\(choices.problems)")
    }

    @Test func `what DNS says of a domain stands beside it`() throws {
        var estate = try estate()
        let (first, second) = (estate.sipDomains[0], estate.sipDomains[1])
        let target = try fqdn("sip.contoso.com")
        estate.services = [
            .init(kind: .sip, domain: first, targets: [target]),
            .init(kind: .xmpp, domain: first, targets: []),
            .init(kind: .sip, domain: second, targets: []),
            .init(kind: .xmpp, domain: second, targets: [target]),
        ]
        let draft = EstateDraft(estate, from: frontEnd)
        let organisation = try loaded(estate, DraftChoices()).organisation
        #expect(draft.text.contains("contoso.com   # DNS leads partners to sip.contoso.com"))
        #expect(draft.text.contains("adatum.com   # CHECK: no SRV record leads here"))
        #expect(organisation.xmppDomains == [second], "only those that DNS leads partners to")
        #expect(draft.remarks.contains { $0.contains("_sipfederationtls._tcp.adatum.com") })
    }

    @Test(
        arguments: [
            ("https://fe11.contoso.net", "CONTOSO\\edgewarden"), ("https://fe11", nil),
            ("https://10.0.0.1", nil), ("https://contoso.net", nil),
        ] as [(String, String?)]
    )
    func `an account is guessed from the server's name`(_ url: String, _ user: String?) {
        let text = FrontEndText(url: url, authentication: "ntlm")
        #expect(text.guessedUser == user)
    }

    @Test func `a server's name alone means its https address`() {
        #expect(FrontEndText.address("fe11.contoso.net") == "https://fe11.contoso.net")
        #expect(FrontEndText.address("http://fe11") == "http://fe11")
    }
}

/// Typed answers.
@Suite struct AnswerKindTests {
    @Test(
        arguments: [
            (.text, "CONTOSO\\edgewarden"), (.agentName, "warden-1"), (.path, "/etc/a b.pem"),
            (.command, "/bin/page --team a"), (.nameServer, "192.0.2.53"),
            (.nameServer, "[2001:db8::53]:5353"), (.keyName, "edgewarden"),
            (.key, "c2VjcmV0"), (.mailServer, "smtp.contoso.net"),
            (.mailServer, "smtp.contoso.net:465"), (.mailAddress, "a@contoso.com"),
            (.mailAddresses, "a@contoso.com, b@contoso.com c@contoso.com"),
            (.secretURL, "https://hooks.slack.com/services/x"), (.secretText, "R0UT1NG"),
        ] as [(AnswerKind, String)]
    )
    func `good answers`(_ kind: AnswerKind, _ answer: String) {
        #expect(kind.problem(with: answer) == nil)
    }

    @Test(
        arguments: [
            (.text, "a\u{7}b"), (.agentName, "warden one"), (.path, "ca.pem"),
            (.path, "/etc/../ca.pem"), (.command, "page --team a"), (.command, " "),
            (.nameServer, "ns1.contoso.com"), (.nameServer, "192.0.2.53:0"), (.keyName, "a b"),
            (.key, "no base64!"), (.key, ""), (.mailServer, "smtp:contoso:1"),
            (.mailAddress, "a"), (.mailAddresses, ", "), (.mailAddresses, "a@contoso.com, b"),
            (.secretURL, "http://hooks.slack.com/x"), (.secretURL, "hooks"), (.secretText, "a b"),
        ] as [(AnswerKind, String)]
    )
    func `wrong answers are told in a sentence`(_ kind: AnswerKind, _ answer: String) throws {
        let problem = try #require(kind.problem(with: answer))
        #expect(problem.count > 10)
    }

    @Test(arguments: ["http://hooks.slack.com/services/T0/B0/x", "a b c"])
    func `a wrong secret is not repeated`(_ secret: String) throws {
        for kind in AnswerKind.allCases {
            guard let problem = kind.problem(withSecret: secret) else { continue }
            #expect(!problem.contains(secret), "\(kind): \(problem)")
        }
    }
}
