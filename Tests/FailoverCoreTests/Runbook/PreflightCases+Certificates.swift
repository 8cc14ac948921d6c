import FailoverCore

/// The facts about certificates that block, one by one.
extension PreflightTests {
    static let certificates: [Case] = [
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
            testDescription: "a certificate of the future",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.notYetValid] }
            },
            check: "certificate",
            sentence: "is not valid yet",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate of a stranger",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.notTrusted] }
            },
            check: "certificate",
            sentence: "does not lead to a trusted authority",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate that is not for servers",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.noServerUsage] }
            },
            check: "certificate",
            sentence: "no serverAuth",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate that cannot be read",
            change: { fixture in
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.unreadable] }
            },
            check: "certificate",
            sentence: "cannot be read",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate that has expired since it was probed",
            change: { fixture in
                let now = fixture.snapshot.takenAt
                fixture.certificates(of: RunbookFixture.pool2) { $0.notAfter = now }
            },
            check: "certificate",
            sentence: "the certificate has expired",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a bad certificate that only the client port shows yet",
            change: { fixture in
                fixture.keepFlagSingle()
                for index in fixture.snapshot.members.indices
                where fixture.snapshot.members[index].kind != .access {
                    fixture.snapshot.members[index].certificate = nil
                }
                fixture.certificates(of: RunbookFixture.pool2) { $0.problems = [.expired] }
            },
            check: "certificate",
            sentence: "the certificate of edge21.contoso.net would be refused by partners: the"
                + " certificate has expired",
            readFrom: "TLS probe",
            clearedBy: "install a certificate"
        ),
        Case(
            testDescription: "a certificate without sip. of a second domain",
            change: { fixture in
                fixture = RunbookFixture(domains: ["contoso.com", "adatum.com"])
                fixture.certificates(of: RunbookFixture.pool2) {
                    $0.subjectAlternativeNames.removeAll { $0 == "sip.adatum.com" }
                }
            },
            check: "certificate",
            sentence: "it does not carry sip.adatum.com",
            readFrom: "TLS probe",
            clearedBy: "carries every name"
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
}
