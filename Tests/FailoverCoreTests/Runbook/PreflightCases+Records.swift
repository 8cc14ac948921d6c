import FailoverCore

/// The facts about names and records that block, one by one.
extension PreflightTests {
    static let records: [Case] = [
        Case(
            testDescription: "updates are refused",
            change: {
                $0.snapshot.updateRefusals = [ZoneKey(name: name("contoso.com")): "REFUSED"]
            },
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
        Case(
            testDescription: "a name that clients try by themselves, and another client port",
            change: { $0.snapshot.edgeServices[1].clientPort = 444 },
            check: "names",
            sentence: "sip.contoso.com is also the clients' sign-in name",
            readFrom: "AccessEdgeClientSipPort of Get-CsService",
            clearedBy: "one client port"
        ),
        Case(
            testDescription: "updates of one view are refused",
            change: { fixture in
                fixture.addInternalView()
                fixture.snapshot.updateRefusals = [
                    ZoneKey(name: name("contoso.com"), view: "internal"): "NOTAUTH"
                ]
            },
            check: "dns",
            sentence: "updates of contoso.com (internal view) are refused: NOTAUTH",
            readFrom: "re-adds an existing record",
            clearedBy: "give the key the right"
        ),
        Case(
            testDescription: "srv style with a name outside the domain",
            style: .srv,
            change: { fixture in
                let other = name("edge.contoso.net")
                fixture.organisation.sipDomains[0].federationNames[RunbookFixture.pool2] = other
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames.append("edge.contoso.net")
                }
            },
            check: "dns",
            sentence: "would name edge.contoso.net, outside its own domain",
            readFrom: "federation_names",
            clearedBy: "within contoso.com"
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
