import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

/// Whole commands through a real KDC and Apache's GSSAPI, and through TLS with a client certificate.
@Suite("Authentication by ticket, keytab and certificate", .serialized)
struct AuthenticationTests {
    private let fe11 = ManagementEndpoint.frontEnd(0)

    private func management(
        _ url: String,
        _ tls: TLSOptions,
        _ authentication: HTTPAuthentication,
        _ client: HTTPClient
    ) -> PowerShellManagement {
        PowerShellManagement(
            frontEnds: [
                .wsman(WSManEndpoint(url: url, tls: tls, authentication: authentication))
            ],
            edges: [:],
            client: client,
            clock: TestClock()
        )
    }

    /// Two commands in one session, and its end.
    private func run(
        _ management: PowerShellManagement,
        _ client: HTTPClient
    ) async throws -> Result<Int, ManagementFailure> {
        var sites = 0
        var outcome: Result<Int, ManagementFailure>?
        for _ in 1...2 where outcome == nil {
            do throws(ManagementFailure) {
                sites += try await management.run(.readSites(), at: fe11, timeout: .seconds(20))
                    .output.count
            } catch {
                outcome = .failure(error)
            }
        }
        await management.closeSessions()
        await client.shutdown()
        return outcome ?? .success(sites)
    }

    @Test(arguments: [
        (AuthenticationBed.Identity.ticket, "HTTP"), (.ticket, "host"), (.ticket, "WSMAN"),
        (.keytab, "HTTP"),
    ])
    func `Kerberos carries whole commands`(
        identity: AuthenticationBed.Identity,
        service: String
    ) async throws {
        try await AuthenticationBed.with(.kerberos) { bed, front, double in
            try bed.setIdentity(identity)
            let client = try HTTPClient()
            let management = management(
                front.url,
                bed.tls,
                .negotiate(serviceName: service),
                client
            )
            #expect(try await run(management, client).get() == 4)
            let log = try bed.log(of: front)
            #expect(log.count >= 8 && Set(log) == ["\(bed.principal) 200"])
            #expect(try double.calls().count == 2)
            #expect(try double.shells().open.isEmpty && double.shells().opened == 1)
        }
    }

    @Test
    func `Kerberos goes where OcsPowershell sends us`() async throws {
        try await AuthenticationBed.with(.kerberos) { bed, front, double in
            try bed.setIdentity(.ticket)
            let client = try HTTPClient()
            let management = management(
                front.redirectingURL,
                bed.tls,
                .negotiate(serviceName: "HTTP"),
                client
            )
            #expect(try await run(management, client).get() == 4)
            let log = try bed.log(of: front)
            // Apache answers with the redirection before it asks who we are.
            #expect(log.filter { $0.hasSuffix(" 307") } == ["- 307"])
            #expect(Set(log) == ["- 307", "\(bed.principal) 200"])
            #expect(try double.calls().count == 2)
            #expect(try double.shells().open.isEmpty && double.shells().opened == 1)
        }
    }

    @Test(arguments: [
        (AuthenticationBed.Identity.none, "HTTP", "give the agent a client keytab"),
        (.ticket, "NOPE", "no account with this service name"),
        (.oldKeytab, "HTTP", "its password was changed after the keytab was made"),
        (.strangeKeytab, "HTTP", "the domain does not know our account"),
    ])
    func `without a ticket, what is missing is told in plain words`(
        identity: AuthenticationBed.Identity,
        service: String,
        words: String
    ) async throws {
        try await AuthenticationBed.with(.kerberos) { bed, front, double in
            try bed.setIdentity(identity)
            let client = try HTTPClient()
            let management = management(
                front.url,
                bed.tls,
                .negotiate(serviceName: service),
                client
            )
            guard case .failure(let failure) = try await run(management, client) else {
                Issue.record("there was a ticket")
                return
            }
            #expect(failure.code == .accessDenied && !failure.mayHaveActed)
            #expect(failure.message.contains(words), "\(failure)")
            #expect(failure.message.contains("\(service)/localhost: "))
            #expect(try double.calls().isEmpty)
        }
    }

    @Test
    func `clocks that differ are told as such`() async throws {
        try await AuthenticationBed.with(.kerberos, clockAheadHours: 2) { bed, front, double in
            try bed.setIdentity(.ticket)
            let client = try HTTPClient()
            let management = management(front.url, bed.tls, .negotiate(serviceName: "HTTP"), client)
            guard case .failure(let failure) = try await run(management, client) else {
                Issue.record("the server took a ticket of two hours ago")
                return
            }
            #expect(failure.code == .accessDenied && !failure.mayHaveActed)
            #expect(
                failure.message.contains("the clocks differ by more than five minutes"),
                "\(failure)"
            )
            #expect(try double.calls().isEmpty)
        }
    }

    @Test(arguments: [TLSOptions.MaximumVersion.tls12, .tls13])
    func `a client certificate carries whole commands`(
        version: TLSOptions.MaximumVersion
    ) async throws {
        try await AuthenticationBed.with(.certificate) { bed, front, double in
            var tls = bed.tls
            tls.maximumVersion = version
            tls.clientCertificate = .init(
                certificateFile: bed.file("client.crt"),
                keyFile: bed.file("client.key")
            )
            let client = try HTTPClient()
            let management = management(front.url, tls, .none, client)
            #expect(try await run(management, client).get() == 4)
            #expect(Set(try bed.log(of: front)) == ["client 200"])
            #expect(try double.shells().open.isEmpty)
        }
    }

    @Test(arguments: ["stranger", nil])
    func `a strange certificate, or none, lets nobody in`(certificate: String?) async throws {
        try await AuthenticationBed.with(.certificate) { bed, front, double in
            var tls = bed.tls
            tls.clientCertificate = certificate.map {
                .init(certificateFile: bed.file("\($0).crt"), keyFile: bed.file("\($0).key"))
            }
            let client = try HTTPClient()
            let management = management(front.url, tls, .none, client)
            guard case .failure(let failure) = try await run(management, client) else {
                Issue.record("somebody was let in")
                return
            }
            #expect(failure.code == .unreachable && !failure.mayHaveActed)
            #expect(failure.message.contains("TLS with localhost"), "\(failure)")
            #expect(try double.calls().isEmpty)
        }
    }
}
