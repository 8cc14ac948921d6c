import FailoverCore
import Testing

@testable import Configuring

@Suite struct EstateDraftTests {
    private let frontEnd = FrontEndText(
        url: "https://fe11.contoso.net",
        authentication: "ntlm",
        user: "CONTOSO\\o'hara",
        password: "frontend-password",
        caFile: "/etc/edgewarden/ca.pem"
    )

    private func fqdn(_ text: String) throws -> FQDN { try #require(FQDN(text)) }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private func pool(
        _ number: Int,
        _ site: String,
        addresses: [String],
        version: String? = "6.0.9319.0",
        members: Int = 2
    ) throws -> DiscoveredEstate.EdgePool {
        DiscoveredEstate.EdgePool(
            service: EdgeServiceSnapshot(
                pool: try fqdn("edgepool\(number).contoso.net"),
                federationPort: 5_061,
                clientPort: 443,
                xmppPort: 5_269,
                externalName: try fqdn("sip\(number).contoso.com")
            ),
            site: SiteName(site),
            members: try (1...members).map { try fqdn("edge\(number)\($0).contoso.net") },
            productVersion: version,
            addresses: try addresses.map(address)
        )
    }

    private func estate() throws -> DiscoveredEstate {
        let route = "EdgeServer:edgepool1.contoso.net"
        return DiscoveredEstate(
            sites: ["Dublin", "Redmond"].map {
                SiteSnapshot(name: SiteName($0), sipRoute: route, xmppRoute: route)
            },
            edgePools: [
                try pool(1, "Redmond", addresses: ["203.0.113.11", "203.0.113.12"]),
                try pool(2, "Dublin", addresses: ["198.51.100.11", "198.51.100.12"]),
            ],
            frontEndPools: [
                DiscoveredEstate.FrontEndPool(
                    fqdn: try fqdn("fepool1.contoso.net"),
                    site: SiteName("Redmond"),
                    members: [try fqdn("fe11.contoso.net")],
                    edgePools: [try fqdn("edgepool1.contoso.net")]
                ),
                DiscoveredEstate.FrontEndPool(
                    fqdn: try fqdn("fepool2.contoso.net"),
                    site: SiteName("Dublin"),
                    members: [try fqdn("fe21.contoso.net")]
                ),
            ],
            sipDomains: [try fqdn("contoso.com")],
            zones: [
                DiscoveredEstate.Zone(
                    apex: try fqdn("contoso.com"),
                    servers: [try address("192.0.2.53")]
                )
            ]
        )
    }

    private func loaded(_ draft: EstateDraft) throws -> LoadedConfiguration {
        do {
            return try ConfigurationLoader.parse(draft.text)
        } catch {
            Issue.record("\(error)\n\(draft.text)")
            throw error
        }
    }

    @Test func `the draft is valid, only watches, and says what the topology says`() throws {
        let draft = EstateDraft(try estate(), from: frontEnd)
        let configuration = try loaded(draft).configuration
        let organisation = configuration.organisation
        #expect(try estate().drift(from: organisation).isEmpty)
        #expect(organisation.routes.map(\.kind) == [.sip, .xmpp])
        #expect(organisation.routes.allSatisfy { $0.mode == .observe })
        #expect(organisation.routes[0].home.name == "edgepool1.contoso.net")
        #expect(organisation.routes[0].standby.map(\.name) == ["edgepool2.contoso.net"])
        #expect(organisation.routes[0].federationFlag == .preStaged)
        #expect(
            organisation.edgePools[1].publishedAddresses.map(\.description)
                == ["198.51.100.11", "198.51.100.12"]
        )
        #expect(configuration.agent.site == SiteName("Dublin"), "not in the home of the routes")
        let endpoint = try #require(configuration.management.frontEnds.first)
        #expect(endpoint.site == SiteName("Redmond"))
        #expect(endpoint.endpoint.credentials?.user == "CONTOSO\\o'hara")
        #expect(draft.text.contains("# fe21.contoso.net"), "another Front End to add")
        #expect(draft.text.contains("# media through edgepool1.contoso.net"))
        #expect(organisation.zones.map(\.provider) == [.manual])
        #expect(!draft.remarks.isEmpty)
    }

    @Test func `whatever is not known is marked, and the draft is valid all the same`() throws {
        var estate = try estate()
        estate.edgePools = [
            try pool(1, "Redmond", addresses: [], version: nil),
            try pool(2, "Dublin", addresses: ["198.51.100.11"], version: "99.1"),
            try pool(3, "Dublin", addresses: ["2001:db8::1"], members: 1),
        ]
        estate.edgePools[0].site = nil
        estate.edgePools[1].service.federationPort = nil
        estate.edgePools[2].service.federationPort = 0
        estate.edgePools[2].service.clientPort = 4_443
        estate.frontEndPools = []
        estate.zones = []
        estate.gaps = ["replicas were not read"]
        estate.staleReplicas = [try fqdn("edge22.contoso.net")]
        let draft = EstateDraft(estate, from: frontEnd)
        let organisation = try loaded(draft).configuration.organisation
        #expect(organisation.routes[0].federationFlag == .strictSingle)
        #expect(organisation.edgePools[2].port(for: .access) == 4_443)
        #expect(draft.text.contains("load_balancing: hlb"))
        #expect(draft.text.contains("NOT FOUND, CHECK"))
        for word in [
            "replicas were not read", "replica of edge22.contoso.net", "192.0.2.1 stands",
            "load balancer", "version of",
        ] {
            #expect(draft.remarks.contains { $0.contains(word) }, "\(draft.remarks)")
        }
    }

    @Test func `2019 is no standby for XMPP`() throws {
        var estate = try estate()
        estate.edgePools[1].productVersion = "7.0.2046.0"
        estate.edgePools[1].service.xmppPort = nil
        let draft = EstateDraft(estate, from: frontEnd)
        let routes = try loaded(draft).configuration.organisation.routes
        #expect(routes.first { $0.kind == .xmpp }?.standby.isEmpty == true)
        #expect(draft.remarks.contains { $0.contains("route xmpp has no other Edge pool") })
    }

    @Test(
        arguments: [
            ("http://fe11.contoso.net", "ntlm", "u", "frontend-password", "https"),
            ("https://fe11.contoso.net", "ntlm", nil, "frontend-password", "user"),
            ("https://fe11.contoso.net", "negotiate", "u", nil, "negotiate"),
            ("https://fe11.contoso.net", "ntlm", "u", "a secret!", "password"),
        ] as [(String, String, String?, String?, String)]
    )
    func `wrong options are told as check would tell them`(
        url: String,
        authentication: String,
        user: String?,
        password: String?,
        word: String
    ) throws {
        let text = FrontEndText(
            url: url,
            authentication: authentication,
            user: user,
            password: password
        )
        let error = #expect(throws: ConfigurationErrors.self) { try text.endpoint() }
        #expect(error?.diagnostics.contains { $0.message.contains(word) } == true)
    }

    @Test func `certificates and service names are options too`() throws {
        let certificate = FrontEndText(
            url: "https://fe11.contoso.net",
            authentication: "certificate",
            clientCertificate: ("/etc/edgewarden/a.crt", "/etc/edgewarden/a.key")
        )
        #expect(try certificate.endpoint().clientCertificate?.key == "/etc/edgewarden/a.key")
        let ticket = FrontEndText(
            url: "https://fe11.contoso.net",
            authentication: "negotiate",
            serviceName: "host"
        )
        #expect(try ticket.endpoint().serviceName == .host)
        let draft = EstateDraft(try estate(), from: certificate)
        let frontEnd = try #require(try loaded(draft).configuration.management.frontEnds.first)
        #expect(frontEnd.endpoint.authentication == .certificate)
    }

    @Test func `secrets that lie elsewhere are found again`() throws {
        var choices = DraftChoices()
        choices.secretsDirectory = "/srv/it's here"
        let draft = EstateDraft(try estate(), from: frontEnd, choices)
        #expect(try loaded(draft).configuration.agent.secretsDirectory == "/srv/it's here")
    }

    @Test func `right options make the endpoint of the file`() throws {
        let endpoint = try frontEnd.endpoint()
        #expect(endpoint.url.absolute == "https://fe11.contoso.net:5986/wsman")
        #expect(endpoint.caFile == "/etc/edgewarden/ca.pem")
    }
}
