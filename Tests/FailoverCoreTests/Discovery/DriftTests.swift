import FailoverCore
import Testing

@Suite("DiscoveredEstate: drift")
struct DriftTests {
    private static let pool1 = name("edgepool1.contoso.net")
    private static let edges = [name("edge11.contoso.net"), name("edge12.contoso.net")]

    private let written = Organisation(
        sites: [SiteName("Redmond")],
        edgePools: [
            EdgePool(
                fqdn: DriftTests.pool1,
                site: SiteName("Redmond"),
                version: .sfb2019,
                servers: DriftTests.edges.map { EdgeServer(fqdn: $0, publicAddresses: []) }
            )
        ],
        frontEndPools: [FrontEndPool(fqdn: name("fepool1.contoso.net"), site: SiteName("Redmond"))],
        sipDomains: [SIPDomain(name: name("contoso.com"))],
        xmppDomains: [],
        partners: [],
        routes: [
            FederationRoute(
                name: RouteName("sip"),
                kind: .sip,
                home: DriftTests.pool1,
                standby: [],
                mode: .observe,
                federationFlag: .preStaged,
                confirmFor: .seconds(60)
            )
        ],
        zones: []
    )

    /// What the file says, as the topology would say it.
    private var live: DiscoveredEstate {
        DiscoveredEstate(
            sites: [
                SiteSnapshot(
                    name: SiteName("Redmond"),
                    sipRoute: "EdgeServer:edgepool1.contoso.net",
                    xmppRoute: nil
                )
            ],
            edgePools: [
                DiscoveredEstate.EdgePool(
                    service: EdgeServiceSnapshot(
                        pool: DriftTests.pool1,
                        federationPort: 5_061,
                        clientPort: 443,
                        xmppPort: nil,
                        externalName: nil
                    ),
                    site: SiteName("redmond"),
                    members: DriftTests.edges,
                    productVersion: "7.0.2046.0",
                    addresses: []
                )
            ],
            frontEndPools: [
                DiscoveredEstate.FrontEndPool(
                    fqdn: name("fepool1.contoso.net"),
                    site: SiteName("Redmond"),
                    members: []
                )
            ],
            sipDomains: [name("contoso.com")]
        )
    }

    @Test func `a file that is what the topology is has none`() {
        #expect(live.drift(from: written).isEmpty)
    }

    @Test func `build numbers of 2019 may be the Subscription Edition's`() {
        var file = written
        file.edgePools[0].version = .sfbse
        #expect(live.drift(from: file).isEmpty)
    }

    private struct Change: Sendable {
        var word: String
        var change: @Sendable (inout DiscoveredEstate) -> Void

        init(_ word: String, _ change: @escaping @Sendable (inout DiscoveredEstate) -> Void) {
            self.word = word
            self.change = change
        }
    }

    private static let changes = [
        Change("site Redmond is in the file, and the topology has no such central site") {
            $0.sites = []
        },
        Change("site Oslo is in the topology, not in the file") {
            $0.sites.append(SiteSnapshot(name: SiteName("Oslo"), sipRoute: nil, xmppRoute: nil))
        },
        Change("Edge pool edgepool1.contoso.net is in the file, and the topology has no such") {
            $0.edgePools = []
        },
        Change("Edge pool edgepool9.contoso.net is in the topology, not in the file") {
            var other = $0.edgePools[0]
            other.service.pool = name("edgepool9.contoso.net")
            $0.edgePools.append(other)
        },
        Change("edgepool1.contoso.net belongs to site Oslo; the file says Redmond") {
            $0.edgePools[0].site = SiteName("Oslo")
        },
        Change("edge13.contoso.net is a member of edgepool1.contoso.net in the topology, not") {
            $0.edgePools[0].members.append(name("edge13.contoso.net"))
        },
        Change("edge12.contoso.net is a member of edgepool1.contoso.net in the file, not in") {
            $0.edgePools[0].members.removeLast()
        },
        Change("runs Skype for Business Server 2015 (6.0.9319.0); the file says Skype for") {
            $0.edgePools[0].productVersion = "6.0.9319.0"
        },
        Change("listens on 5070 for SIP federation; the file says 5061") {
            $0.edgePools[0].service.federationPort = 5_070
        },
        Change("listens on 5270 for XMPP federation; the file says 5269") {
            $0.edgePools[0].service.xmppPort = 5_270
        },
        Change("listens on 4443 for client sign-in; the file says 443") {
            $0.edgePools[0].service.clientPort = 4_443
        },
        Change("Front End pool fepool1.contoso.net is in the file, and the topology has no such") {
            $0.frontEndPools = []
        },
        Change("Front End pool fepool1.contoso.net belongs to site Oslo; the file says Redmond") {
            $0.frontEndPools[0].site = SiteName("Oslo")
        },
        Change("fepool1.contoso.net uses Edge pool edgepool9.contoso.net for media, which is not") {
            $0.frontEndPools[0].edgePools = [DriftTests.pool1, name("edgepool9.contoso.net")]
        },
        Change("SIP domain contoso.com is in the file, and the topology has no such domain") {
            $0.sipDomains = [name("fabrikam.com")]
        },
        Change("SIP domain contoso.org is in the topology, not in the file") {
            $0.sipDomains.append(name("contoso.org"))
        },
        Change("edgepool9.contoso.net holds SIP federation for a site, and is no pool of route") {
            $0.sites[0].sipRoute = "EdgeServer:edgepool9.contoso.net"
        },
    ]

    @Test(arguments: changes.indices)
    func `each kind of disagreement is told once`(index: Int) {
        let change = DriftTests.changes[index]
        var live = live
        change.change(&live)
        let drift = live.drift(from: written)
        #expect(drift.count { $0.contains(change.word) } == 1, "\(drift)")
    }

    @Test func `what is off, unknown or not read is no disagreement`() {
        var live = live
        live.edgePools[0].service.federationPort = 0
        live.edgePools[0].service.clientPort = nil
        live.edgePools[0].productVersion = "9.1"
        live.edgePools[0].site = nil
        live.sipDomains = []
        #expect(live.drift(from: written).isEmpty)
    }

    @Test func `most sites say who holds a route`() {
        var live = live
        let other = name("edgepool2.contoso.net")
        var pool = live.edgePools[0]
        pool.service.pool = other
        live.edgePools.append(pool)
        #expect(live.holder(of: .sip) == DriftTests.pool1)
        #expect(live.holder(of: .xmpp) == nil)
        for site in ["Dublin", "Oslo"] {
            live.sites.append(
                SiteSnapshot(name: SiteName(site), sipRoute: "EdgeServer:\(other)", xmppRoute: nil)
            )
        }
        #expect(live.holder(of: .sip) == other)
    }

    @Test(
        arguments: [
            ("4.0.7577.0", ProductVersion.lync2010), ("5.0.8308.0", .lync2013),
            ("6.0.9319.0", .sfb2015), ("7.0.2046.0", .sfb2019), ("8.0", nil), ("", nil),
        ] as [(String, ProductVersion?)]
    )
    func `a build number tells the generation`(text: String, version: ProductVersion?) {
        #expect(ProductVersion(product: text) == version)
    }
}
