import FailoverCore

/// The facts that block, one by one.
extension PreflightTests {
    static let topology: [Case] = [
        Case(
            testDescription: "no Central Management store",
            change: { $0.snapshot.storeMaster = nil },
            check: "store",
            sentence: "has no active master",
            readFrom: "-CentralManagementStoreStatus at https://fe21.contoso.net:5986/wsman",
            clearedBy: "Invoke-CsManagementServerFailover"
        ),
        Case(
            testDescription: "no right to write",
            change: { $0.snapshot.rightsFailures = ["Enable-CsTopology -WhatIf: access denied"] },
            check: "rights",
            sentence: "Enable-CsTopology -WhatIf: access denied",
            readFrom: "https://fe21.contoso.net:5986/wsman",
            clearedBy: "Grant-CsSetupPermission"
        ),
        Case(
            testDescription: "another pool holds the route",
            change: { fixture in
                for index in fixture.snapshot.sites.indices {
                    fixture.snapshot.sites[index].sipRoute = "EdgeServer:edgepool2.contoso.net"
                }
            },
            check: "holder",
            sentence: "edgepool2.contoso.net holds the SIP route",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "the sites disagree",
            change: { $0.snapshot.sites[0].sipRoute = "EdgeServer:edgepool2.contoso.net" },
            check: "holder",
            sentence: "the sites' SIP routes differ",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "no site has a route",
            change: { fixture in
                for index in fixture.snapshot.sites.indices {
                    fixture.snapshot.sites[index].sipRoute = nil
                }
            },
            check: "holder",
            sentence: "no site has a SIP federation route",
            readFrom: "Get-CsSite",
            clearedBy: "one configured pool"
        ),
        Case(
            testDescription: "the target has no Edge service in the topology",
            change: { $0.snapshot.edgeServices.removeLast() },
            check: "capability",
            sentence: "no Edge service on edgepool2.contoso.net",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "pool's name"
        ),
        Case(
            testDescription: "the federation port is empty",
            change: { $0.snapshot.edgeServices[1].federationPort = nil },
            check: "capability",
            sentence: "AccessEdgeExternalSipPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
        Case(
            testDescription: "the federation port is 0",
            change: { $0.snapshot.edgeServices[1].federationPort = 0 },
            check: "capability",
            sentence: "AccessEdgeExternalSipPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
        Case(
            testDescription: "the XMPP port is empty",
            kind: .xmpp,
            change: { $0.snapshot.edgeServices[1].xmppPort = nil },
            check: "capability",
            sentence: "XmppListeningPort is empty",
            readFrom: "Get-CsService -EdgeServer",
            clearedBy: "Topology Builder"
        ),
    ]

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
            testDescription: "silent XMPP that the plan may not start",
            kind: .xmpp,
            change: { fixture in
                fixture.verdict(RunbookFixture.pool2, .xmpp, .down)
                fixture.snapshot.manageableEdges.removeLast()
            },
            check: "target",
            sentence: "is not known to be up",
            readFrom: "probes",
            clearedBy: "mend the pool"
        ),
        Case(
            testDescription: "an expired certificate",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.expired] }
            },
            check: "certificate",
            sentence: "the certificate has expired",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate without the name that partners look up",
            change: { fixture in
                fixture.put(
                    "_sipfederationtls._tcp.contoso.com",
                    .srv,
                    ttl: 600,
                    [
                        .service(
                            ServiceRecord(
                                priority: 0,
                                weight: 0,
                                port: 5061,
                                target: name("sip2.contoso.com")
                            )
                        )
                    ]
                )
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames = ["sip.contoso.com"]
                }
            },
            check: "certificate",
            sentence: "it does not carry sip2.contoso.com",
            readFrom: "TLS probe",
            clearedBy: "carries every name"
        ),
        Case(
            testDescription: "a certificate without sip. of the domain",
            style: .srv,
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames = ["sip2.contoso.com"]
                }
            },
            check: "certificate",
            sentence: "it does not carry sip.contoso.com",
            readFrom: "TLS probe",
            clearedBy: "carries every name"
        ),
        Case(
            testDescription: "a wildcard, which does not satisfy a SIP name",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames = ["*.contoso.com"]
                }
            },
            check: "certificate",
            sentence: "it does not carry sip.contoso.com",
            readFrom: "TLS probe",
            clearedBy: "carries every name"
        ),
        Case(
            testDescription: "an XMPP certificate for another domain",
            kind: .xmpp,
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames = ["other.test"]
                }
            },
            check: "certificate",
            sentence: "it does not carry xmpp.contoso.com or contoso.com",
            readFrom: "TLS probe",
            clearedBy: "carries every name"
        ),
    ]

    static let records: [Case] = [
        Case(
            testDescription: "updates are refused",
            change: { $0.snapshot.updateRefusals = [name("contoso.com"): "REFUSED"] },
            check: "dns",
            sentence: "updates of contoso.com are refused: REFUSED",
            readFrom: "re-adds an existing record",
            clearedBy: "give the key the right"
        ),
        Case(
            testDescription: "the servers disagree",
            change: { fixture in
                fixture.change("sip.contoso.com", .a) { place, reading in
                    if place == 1 { reading.set?.ttl = 60 }
                }
            },
            check: "dns",
            sentence: "disagree about sip.contoso.com A",
            readFrom: "192.0.2.53 and 192.0.2.54",
            clearedBy: "secondary"
        ),
        Case(
            testDescription: "a server does not answer",
            change: { fixture in
                fixture.change("sip.contoso.com", .a) { place, reading in
                    if place == 1 { reading.failure = "no answer within 3s" }
                }
            },
            check: "dns",
            sentence: "192.0.2.54 gave no usable answer for sip.contoso.com: no answer within 3s",
            readFrom: "192.0.2.54",
            clearedBy: "mend"
        ),
        Case(
            testDescription: "the name is an alias",
            change: { fixture in
                fixture.change("sip.contoso.com", .a) { _, reading in
                    reading.alias = name("edge.hosting.test")
                }
            },
            check: "dns",
            sentence: "sip.contoso.com is an alias of edge.hosting.test",
            readFrom: "192.0.2.53",
            clearedBy: "CNAME"
        ),
        Case(
            testDescription: "there is no SRV record",
            change: { $0.put("_sipfederationtls._tcp.contoso.com", .srv, ttl: 0, []) },
            check: "dns",
            sentence: "_sipfederationtls._tcp.contoso.com SRV does not exist",
            readFrom: "192.0.2.53",
            clearedBy: "create it"
        ),
        Case(
            testDescription: "the name has no address",
            change: { $0.put("sip.contoso.com", .a, ttl: 0, []) },
            check: "dns",
            sentence: "sip.contoso.com has no addresses",
            readFrom: "contoso.com",
            clearedBy: "create its A record"
        ),
        Case(
            testDescription: "SRV leads outside its domain",
            change: { fixture in
                fixture.organisation.zones.append(
                    DNSZone(name: name("other.test"), view: "public", authoritative: [])
                )
                let target = ServiceRecord(
                    priority: 0,
                    weight: 0,
                    port: 5061,
                    target: name("sip.other.test")
                )
                let owner = "_sipfederationtls._tcp.contoso.com"
                fixture.put(owner, .srv, ttl: 600, [.service(target)])
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames.append("sip.other.test")
                }
            },
            check: "dns",
            sentence: "names sip.other.test, outside its own domain",
            readFrom: "_sipfederationtls._tcp.contoso.com",
            clearedBy: "within contoso.com"
        ),
        Case(
            testDescription: "a name in no zone of ours",
            change: { fixture in
                let target = ServiceRecord(
                    priority: 10,
                    weight: 0,
                    port: 5269,
                    target: name("xmpp.hosting.test")
                )
                fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(target)])
            },
            check: "dns",
            sentence: "xmpp.hosting.test lies in no zone",
            readFrom: "configuration",
            clearedBy: "dns.zones"
        ).about(.xmpp),
        Case(
            testDescription: "srv style without a name of the pool in the domain",
            style: .srv,
            change: { $0.organisation.sipDomains[0].federationNames[RunbookFixture.pool2] = nil },
            check: "dns",
            sentence: "no name in contoso.com leads to edgepool2.contoso.net",
            readFrom: "configuration",
            clearedBy: "federation_names"
        ),
        Case(
            testDescription: "srv style with a name that leads elsewhere",
            style: .srv,
            change: {
                $0.put("sip2.contoso.com", .a, ttl: 60, [.address(address("192.0.2.9"))])
            },
            check: "dns",
            sentence: "sip2.contoso.com has 192.0.2.9",
            readFrom: "contoso.com",
            clearedBy: "point sip2.contoso.com at the pool"
        ),
        Case(
            testDescription: "a name that another route shares",
            change: { fixture in
                let target = ServiceRecord(
                    priority: 10,
                    weight: 0,
                    port: 5269,
                    target: name("sip.contoso.com")
                )
                fixture.put("_xmpp-server._tcp.contoso.com", .srv, ttl: 600, [.service(target)])
            },
            check: "names",
            sentence: "sip.contoso.com also leads to route xmpp",
            readFrom: "DNS",
            clearedBy: "move both together"
        ),
        Case(
            testDescription: "a sign-in name whose port differs between the pools",
            change: { fixture in
                let target = ServiceRecord(
                    priority: 0,
                    weight: 0,
                    port: 443,
                    target: name("sip.contoso.com")
                )
                fixture.put("_sip._tls.contoso.com", .srv, ttl: 600, [.service(target)])
                fixture.snapshot.edgeServices[1].clientPort = 5061
            },
            check: "names",
            sentence: "different client ports (443 and 5061)",
            readFrom: "_sip._tls.contoso.com",
            clearedBy: "one client port"
        ),
    ]
}

extension PreflightTests.Case {
    func about(_ kind: RouteKind) -> Self {
        var other = self
        other.kind = kind
        return other
    }
}
