import Foundation

/// A real TURN server that asks for credentials, on a loopback address of its own.
struct Coturn {
    static let path = Program.path("turnserver")

    let address: String
    let port: UInt16 = 3_478
    private let program: RunningProgram
    private let folder: ScratchFolder

    /// Runs the body while the server is up, and kills it afterwards.
    ///
    /// Without `credentials` it lets everybody in, as no sensible server does.
    static func with<Result>(
        credentials: Bool = true,
        _ body: (Coturn) async throws -> Result
    ) async throws -> Result {
        guard let path else { throw Program.Failure(description: "coturn is not installed") }
        let folder = try ScratchFolder()
        let address = Loopback.next()
        let authentication =
            credentials
            ? ["--lt-cred-mech", "--user", "tester:not-a-secret"] : ["--no-auth"]
        let program = try await RunningProgram.start(
            path,
            [
                "-n", "--listening-ip", address, "--relay-ip", address, "--listening-port", "3478",
                "--realm", "contoso.test", "--no-tls", "--no-dtls", "--no-tcp", "--no-cli",
                "--relay-threads", "1", "--userdb", "\(folder.path)/users.db",
                "--pidfile", "\(folder.path)/pid", "--log-file", "stdout", "--simple-log",
                "--allow-loopback-peers", "--verbose",
            ] + authentication,
            untilPrinted: "UDP listener opened on: \(address):3478"
        )
        defer { program.stop() }
        return try await body(Coturn(address: address, program: program, folder: folder))
    }

    func halt() { program.halt() }

    func goOn() { program.goOn() }

    func stop() { program.stop() }
}
