import FailoverCore
import Glibc
import Probing
import Testing
import X509

extension NetworkSuites {
    /// The probers against Kamailio, which nobody here wrote.
    @Suite(
        "SIPProber and Kamailio",
        .enabled(if: Kamailio.path != nil, "kamailio and kamailio-tls-modules are not installed")
    )
    struct KamailioTests {
        private let authority: TestAuthority

        init() throws {
            authority = try TestAuthority()
        }

        private func probe(
            _ kamailio: Kamailio,
            _ profile: TLSProfile,
            timeout: Duration = .seconds(20)
        ) async throws -> ProbeOutcome {
            let target = try ProbeTarget.local(.sip, kamailio.port, address: kamailio.address)
            return await SIPProber(profile: profile).probe(target, timeout: timeout)
        }

        @Test func `it answers, falls silent when stopped, goes on, and refuses when killed`()
            async throws
        {
            let profile = try TLSProfile.trusting(authority)
            try await Kamailio.with(certificate: try authority.issue()) { kamailio in
                let alive = try await probe(kamailio, profile)
                #expect(alive.finding == .answered, "\(alive.reason)")
                #expect(alive.answer == "SIP/2.0 200 OK")
                #expect(alive.tlsVersion == "TLSv1.3")
                #expect(alive.problems == [])

                await kamailio.halt()
                let hung = try await probe(kamailio, profile, timeout: .seconds(1))
                #expect(hung.finding == .silent, "\(hung.reason)")

                kamailio.signal(SIGCONT)
                #expect(try await probe(kamailio, profile).finding == .answered)

                kamailio.signal(SIGKILL)
                var dead = try await probe(kamailio, profile)
                // The kernel closes the sockets of eight processes one after the other.
                let patience = ContinuousClock.now + .seconds(5)
                while dead.finding != .refused, ContinuousClock.now < patience {
                    dead = try await probe(kamailio, profile)
                }
                #expect(dead.finding == .refused, "\(dead.reason)")
            }
        }

        @Test(arguments: TLSProfile.Version.allCases)
        func `with mutual TLS it is alive with and without a certificate`(
            version: TLSProfile.Version
        ) async throws {
            let ours = try authority.issue(.init(names: ["agent.contoso.test"]))
            let strange = try TestAuthority("Stranger CA").issue()
            let profiles = try [nil, ours, strange].map {
                try TLSProfile.trusting(authority, showing: $0, maximumVersion: version)
            }
            let findings = try await Kamailio.with(
                certificate: try authority.issue(),
                clientsOf: authority
            ) { kamailio in
                var findings: [ProbeFinding] = []
                for profile in profiles {
                    let outcome = try await probe(kamailio, profile)
                    #expect(outcome.liveness == .alive, "\(outcome.reason)")
                    #expect(outcome.tlsVersion == version.rawValue || outcome.tlsVersion == nil)
                    findings.append(outcome.finding)
                }
                return findings
            }
            #expect(findings == [.wantsClientCertificate, .answered, .wantsClientCertificate])
        }

        @Test(arguments: [CertificateProblem.expired, .nameMismatch, .notTrusted, .noServerUsage])
        func `a bad certificate is told, and it is alive`(problem: CertificateProblem) async throws
        {
            var wish = TestAuthority.Wish()
            if problem == .expired { wish.until = -TestAuthority.day / 2 }
            if problem == .nameMismatch { wish.names = ["sip.other.test"] }
            if problem == .noServerUsage { wish.usages = [.clientAuth] }
            let issuer = problem == .notTrusted ? try TestAuthority("Stranger CA") : authority
            let profile = try TLSProfile.trusting(authority)
            let outcome = try await Kamailio.with(certificate: try issuer.issue(wish)) {
                try await probe($0, profile)
            }
            #expect(outcome.finding == .answered, "\(outcome.reason)")
            #expect(outcome.problems == [problem])
        }
    }
}

extension NetworkSuites {
    /// The probers against Prosody, which nobody here wrote.
    @Suite(
        "XMPPProber and Prosody",
        .enabled(if: Prosody.path != nil, "prosody and lua-sec are not installed")
    )
    struct ProsodyTests {
        private let authority: TestAuthority
        private let certificate: Issued

        init() throws {
            authority = try TestAuthority()
            certificate = try authority.issue(.init(names: ["contoso.test", "xmpp.contoso.test"]))
        }

        private func probe(
            _ prosody: Prosody,
            domain: String = "contoso.test",
            showing identity: Issued? = nil,
            timeout: Duration = .seconds(20)
        ) async throws -> ProbeOutcome {
            var target = try ProbeTarget.local(
                .xmpp,
                prosody.port,
                address: prosody.address,
                serverName: "xmpp.contoso.test"
            )
            target.domain = FQDN(domain)
            let profile = try TLSProfile.trusting(authority, showing: identity)
            return await XMPPProber(profile: profile).probe(target, timeout: timeout)
        }

        @Test func `it answers, falls silent when stopped, goes on, and refuses when killed`()
            async throws
        {
            try await Prosody.with(certificate: certificate) { prosody in
                let alive = try await probe(prosody)
                #expect(alive.finding == .answered, "\(alive.reason)")
                #expect(alive.answer?.hasPrefix("stream from contoso.test; features: ") == true)
                #expect(alive.answer?.contains("starttls") == true)
                #expect(alive.answer?.contains("dialback") == true)
                #expect(alive.tlsVersion == "TLSv1.3")
                #expect(
                    alive.certificate?.subjectAlternativeNames == [
                        "contoso.test", "xmpp.contoso.test",
                    ]
                )
                #expect(alive.problems == [])

                prosody.halt()
                let hung = try await probe(prosody, timeout: .seconds(1))
                #expect(hung.finding == .silent, "\(hung.reason)")

                prosody.goOn()
                #expect(try await probe(prosody).finding == .answered)

                prosody.stop()
                #expect(try await probe(prosody).finding == .refused)
            }
        }

        @Test func `a domain that it does not serve is a stream error, and an answer`() async throws
        {
            try await Prosody.with(certificate: certificate) { prosody in
                let outcome = try await probe(prosody, domain: "nowhere.test")
                #expect(outcome.finding == .answered, "\(outcome.reason)")
                #expect(outcome.answer?.contains("stream error host-unknown") == true)
                #expect(outcome.certificate == nil)
            }
        }

        @Test func `a client certificate is shown when asked for`() async throws {
            try await Prosody.with(certificate: certificate) { prosody in
                let ours = try authority.issue(.init(names: ["fabrikam.test"]))
                let outcome = try await probe(prosody, showing: ours)
                #expect(outcome.finding == .answered, "\(outcome.reason)")
                #expect(outcome.certificate != nil)
            }
        }
    }
}
