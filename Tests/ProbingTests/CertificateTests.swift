import FailoverCore
import NIOSSL
import Testing
import X509

@testable import Probing

extension NetworkSuites {
    /// What is said of certificates: each problem by its own code, the server alive all the same.
    @Suite("Certificates of live servers")
    struct CertificateTests {
        private let authority: TestAuthority

        init() throws {
            authority = try TestAuthority()
        }

        private func probe(
            _ certificate: Issued,
            chain: [Certificate] = [],
            name: String? = "sip.contoso.test"
        ) async throws -> ProbeOutcome {
            let profile = try TLSProfile.trusting(authority)
            let context = try certificate.serverContext(chain: chain)
            let script: [Act] = [.await("OPTIONS"), .send("SIP/2.0 200 OK\r\n\r\n")]
            return try await FakeServer.with(tls: context, script) { server in
                let target = try ProbeTarget.local(.sip, server.port, serverName: name)
                return await SIPProber(profile: profile).probe(target, timeout: .seconds(20))
            }
        }

        private func wish(_ change: (inout TestAuthority.Wish) -> Void) throws -> Issued {
            var wish = TestAuthority.Wish()
            change(&wish)
            return try authority.issue(wish)
        }

        @Test func `a good certificate has no problem, and its facts are read`() async throws {
            let issued = try wish { $0.names = ["sip.contoso.test", "contoso.test"] }
            let outcome = try await probe(issued)
            let facts = try #require(outcome.certificate)
            #expect(facts.problems == [])
            #expect(facts.subjectAlternativeNames == ["sip.contoso.test", "contoso.test"])
            #expect(facts.issuer == "CN=Test Root CA")
            #expect(facts.extendedKeyUsages == ["serverAuth", "clientAuth"])
            #expect(facts.chainLength == 1)
            #expect(facts.fingerprint.count == 64)
            #expect(facts.notAfter - facts.notBefore == .seconds(101 * 86_400))
        }

        @Test func `an expired certificate is alive, expired and nothing else`() async throws {
            let outcome = try await probe(
                try wish {
                    $0.from = -2 * TestAuthority.day
                    $0.until = -TestAuthority.day
                }
            )
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [.expired])
            #expect(outcome.reason.contains("the certificate has expired (20"))
        }

        @Test func `a certificate of tomorrow is not valid yet and nothing else`() async throws {
            let outcome = try await probe(try wish { $0.from = TestAuthority.day })
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [.notYetValid])
        }

        @Test func `a certificate for another name is a mismatch and nothing else`() async throws {
            let outcome = try await probe(try wish { $0.names = ["sip.other.test"] })
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [.nameMismatch])
            #expect(outcome.reason.contains("(sip.contoso.test; it carries sip.other.test)"))
        }

        @Test func `without a server name no name is judged`() async throws {
            let outcome = try await probe(try wish { $0.names = ["sip.other.test"] }, name: nil)
            #expect(outcome.problems == [])
        }

        @Test func `a certificate of a strange authority is not trusted and nothing else`()
            async throws
        {
            let outcome = try await probe(try TestAuthority("Stranger CA").issue())
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [.notTrusted])
            #expect(outcome.reason.contains("issued by CN=Stranger CA"))
        }

        @Test func `an authority of the same name with another key is not trusted`() async throws {
            let outcome = try await probe(try TestAuthority().issue())
            #expect(outcome.problems == [.notTrusted])
        }

        @Test func `usages are judged one by one, critical or not`() async throws {
            let client = try await probe(try wish { $0.usages = [.clientAuth] })
            #expect(client.problems == [.noServerUsage])
            let server = try await probe(try wish { $0.usages = [.serverAuth] })
            #expect(server.problems == [.noClientUsage])
            let none = try await probe(try wish { $0.usages = nil })
            #expect(none.problems == [])
            #expect(none.certificate?.extendedKeyUsages == [])
            let any = try await probe(try wish { $0.usages = [.any] })
            #expect(any.problems == [])
            let critical = try await probe(try wish { $0.criticalUsages = true })
            #expect(critical.problems == [])
        }

        @Test func `several problems are all reported`() async throws {
            var wish = TestAuthority.Wish()
            wish.names = ["other.test"]
            wish.until = -TestAuthority.day / 2
            wish.usages = [.clientAuth]
            let outcome = try await probe(try TestAuthority("Stranger CA").issue(wish))
            #expect(outcome.problems == [.expired, .notTrusted, .nameMismatch, .noServerUsage])
        }

        @Test func `an intermediate that is sent completes the chain, one that is not breaks it`()
            async throws
        {
            let middle = try TestAuthority("Test Issuing CA", issuedBy: authority)
            let leaf = try middle.issue()
            let complete = try await probe(leaf, chain: [middle.certificate])
            #expect(complete.problems == [])
            #expect(complete.certificate?.chainLength == 2)
            let broken = try await probe(leaf)
            #expect(broken.problems == [.notTrusted])
        }

        @Test func `the next probe sees the next certificate`() async throws {
            let profile = try TLSProfile.trusting(authority)
            let prober = SIPProber(profile: profile)
            let script: [Act] = [.await("OPTIONS"), .send("SIP/2.0 200 OK\r\n\r\n")]
            var seen: [[CertificateProblem]] = []
            for until in [TestAuthority.day, -TestAuthority.day / 2, TestAuthority.day] {
                let context = try wish { $0.until = until }.serverContext()
                let outcome = try await FakeServer.with(tls: context, script) {
                    await prober.probe(try .local(.sip, $0.port), timeout: .seconds(20))
                }
                seen.append(outcome.problems)
            }
            #expect(seen == [[], [.expired], []])
        }
    }
}

/// Which names a certificate carries.
@Suite("CertificateNames")
struct CertificateNamesTests {
    private func names(
        _ names: [String],
        commonName: String = "cn.test"
    ) throws
        -> CertificateNames
    {
        var wish = TestAuthority.Wish()
        wish.names = names
        wish.commonName = commonName
        return CertificateNames(try TestAuthority().issue(wish).certificate)
    }

    @Test(arguments: [
        (["sip.contoso.test"], "sip.contoso.test", true, true),
        (["SIP.Contoso.Test"], "sip.contoso.test", true, true),
        (["*.contoso.test"], "sip.contoso.test", false, true),
        (["*.contoso.test"], "contoso.test", false, false),
        (["*.contoso.test"], "a.b.contoso.test", false, false),
        (["*"], "test", false, false),
        (["s*.contoso.test"], "sip.contoso.test", false, false),
        (["other.test"], "cn.test", false, false),
        ([], "cn.test", true, true),
        (["sip.contoso.test"], "127.0.0.1", false, false),
    ])
    func `a name is carried strictly and with wildcards`(
        names: [String],
        name: String,
        strictly: Bool,
        withWildcards: Bool
    ) throws {
        let carried = try self.names(names)
        let name = try #require(FQDN(name))
        #expect(carried.carry(name, acceptingWildcards: false) == strictly)
        #expect(carried.carry(name, acceptingWildcards: true) == withWildcards)
    }
}
