import FailoverCore
import NIOSSL
import Probing
import Testing

extension NetworkSuites {
    /// The TCP and TLS probers, and the one that holds them all.
    @Suite("TCPProber, TLSProber and Probers")
    struct PathProberTests {
        @Test func `an accepted connection is an answer and the path is open`() async throws {
            let outcome = try await FakeServer.with([]) { server in
                await TCPProber().probe(try .local(.tcp, server.port), timeout: .seconds(20))
            }
            #expect(outcome.finding == .answered)
            #expect(outcome.finding.pathIsOpen == true)
            #expect(outcome.reason.hasSuffix("answered: TCP connection accepted"))
            #expect(outcome.certificate == nil)
        }

        @Test func `a refusal is dead, but tells that the path is open`() async throws {
            let outcome = try await HeldPort.with(.refusing) {
                await TCPProber().probe(try .local(.tcp, $0), timeout: .seconds(20))
            }
            #expect(outcome.finding == .refused)
            #expect(outcome.liveness == .dead)
            #expect(outcome.finding.pathIsOpen == true)
        }

        @Test func `no answer tells that the path is not open`() async throws {
            let outcome = try await HeldPort.with(.ignoring) {
                await TCPProber().probe(try .local(.tcp, $0), timeout: .milliseconds(300))
            }
            #expect(outcome.finding == .connectTimeout)
            #expect(outcome.finding.pathIsOpen == false)
            #expect(ProbeFinding.inconclusive.pathIsOpen == nil)
        }

        @Test func `an enormous or negative time-out does no harm`() async throws {
            try await HeldPort.with(.refusing) { port in
                let target = try ProbeTarget.local(.tcp, port)
                let endless = await TCPProber().probe(target, timeout: .seconds(Int64.max))
                #expect(endless.finding == .refused)
                let negative = await TCPProber().probe(target, timeout: .seconds(-5))
                #expect(negative.totalTime < .seconds(5))
            }
        }

        @Test func `a TLS probe ends with the handshake and accepts wildcards`() async throws {
            let authority = try TestAuthority()
            let context = try authority.issue(.init(names: ["*.contoso.test"])).serverContext()
            let prober = TLSProber(profile: try .trusting(authority))
            let outcome = try await FakeServer.with(tls: context, []) { server in
                await prober.probe(try .local(.tls, server.port), timeout: .seconds(20))
            }
            #expect(outcome.finding == .answered)
            #expect(outcome.problems == [])
            #expect(outcome.tlsVersion == "TLSv1.3")
        }

        @Test func `a profile can be limited to TLS 1.2`() async throws {
            let authority = try TestAuthority()
            let prober = TLSProber(profile: try .trusting(authority, maximumVersion: .tls12))
            let context = try authority.issue().serverContext()
            let outcome = try await FakeServer.with(tls: context, []) { server in
                await prober.probe(try .local(.tls, server.port), timeout: .seconds(20))
            }
            #expect(outcome.tlsVersion == "TLSv1.2")
        }

        @Test(
            arguments: [
                (.tcp, "TCP connection accepted"), (.tls, nil), (.sip, nil), (.xmpp, nil),
                (.stun, nil),
            ] as [(ProbeKind, String?)]
        )
        func `each kind goes to its prober`(kind: ProbeKind, answer: String?) async throws {
            let probers = Probers(profile: try .trusting(try TestAuthority()))
            let outcome = try await FakeServer.with([.await("\u{16}"), .close]) { server in
                await probers.probe(try .local(kind, server.port), timeout: .seconds(1))
            }
            #expect(outcome.answer == answer)
            #expect(
                outcome.finding == [.tcp: .answered, .xmpp: .silent, .stun: .refused][kind]
                    ?? .closedEarly
            )
        }
    }
}

/// Loading authorities and client certificates: errors name the file and the remedy.
@Suite("TLSTrust and ClientIdentity")
struct TLSSetupTests {
    private let folder: ScratchFolder
    private let issued: Issued

    init() throws {
        folder = try ScratchFolder()
        issued = try TestAuthority().issue()
    }

    private func failure(_ body: () throws(ProbingError) -> Void) -> ProbingError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func `authorities that cannot be read are an error with the path`(text: String) throws {
        let path = try folder.write("ca.pem", text)
        let error = failure { () throws(ProbingError) in _ = try TLSTrust.file(path) }
        #expect(error?.code == .trustUnreadable)
        #expect(error?.message.contains(path) == true)
    }

    @Test func `a missing file is an error for each of the three files`() throws {
        let path = "\(folder.path)/absent.pem"
        let certificate = try folder.write("client.pem", try issued.certificatePEM())
        let errors = [
            failure { () throws(ProbingError) in _ = try TLSTrust.file(path) },
            failure { () throws(ProbingError) in
                _ = try ClientIdentity(certificateFile: path, keyFile: path)
            },
            failure { () throws(ProbingError) in
                _ = try ClientIdentity(certificateFile: certificate, keyFile: path)
            },
        ]
        #expect(
            errors.map { $0?.code } == [
                .trustUnreadable, .identityCertificateUnreadable, .identityKeyUnreadable,
            ]
        )
        #expect(errors.allSatisfy { $0?.message.contains("absent.pem") == true })
    }

    @Test func `a key that is not the certificate's is refused at once`() throws {
        let other = try TestAuthority().issue()
        let certificate = try folder.write("client.pem", try issued.certificatePEM())
        let key = try folder.write("client.key", other.keyPEM)
        let error = failure { () throws(ProbingError) in
            _ = try ClientIdentity(certificateFile: certificate, keyFile: key)
        }
        #expect(error?.code == .identityRefused)
        #expect(error?.description.contains("PRIVATE KEY") == false)
    }

    @Test func `certificate and key may share one file`() throws {
        let both = try folder.write("both.pem", try issued.certificatePEM() + "\n" + issued.keyPEM)
        let identity = try ClientIdentity(certificateFile: both, keyFile: both)
        #expect(identity.source == both)
    }

    @Test func `the system's authorities load, or the error says what to install`() throws {
        do {
            #expect(try TLSTrust.system().source.hasSuffix(".crt"))
        } catch {
            #expect(error.message.contains("ca-certificates"))
        }
    }
}
