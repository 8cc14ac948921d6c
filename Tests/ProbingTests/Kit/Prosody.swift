import Foundation
import Glibc

/// A real XMPP server for contoso.test, server-to-server only, on a loopback address of its own.
struct Prosody {
    static let path = Program.path("prosody")

    let address: String
    let port: UInt16 = 5_269
    private let program: RunningProgram
    private let folder: ScratchFolder

    /// Runs the body while the server is up, and kills it afterwards.
    static func with<Result>(
        certificate: Issued,
        _ body: (Prosody) async throws -> Result
    ) async throws -> Result {
        let prosody = try await start(certificate: certificate)
        defer { prosody.stop() }
        return try await body(prosody)
    }

    func halt() { program.halt() }

    func goOn() { program.goOn() }

    func stop() { program.stop() }

    private init(address: String, program: RunningProgram, folder: ScratchFolder) {
        self.address = address
        self.program = program
        self.folder = folder
    }

    private static func start(certificate: Issued) async throws -> Prosody {
        guard let path else { throw Program.Failure(description: "prosody is not installed") }
        let folder = try ScratchFolder()
        let address = Loopback.next()
        let pem = try folder.write("server.pem", try certificate.certificatePEM())
        let key = try folder.write("server.key", certificate.keyPEM, mode: 0o600)
        let configuration = try folder.write(
            "prosody.cfg.lua",
            """
            data_path = "\(folder.path)"
            pidfile = "\(folder.path)/pid"
            modules_enabled = { "saslauth", "tls", "dialback", "disco", "s2s_auth_certs" }
            modules_disabled = { "c2s", "offline", "posix" }
            interfaces = { "\(address)" }
            s2s_ports = { 5269 }
            s2s_direct_tls_ports = { }
            c2s_ports = { }
            s2s_require_encryption = true
            s2s_secure_auth = false
            network_settings = { nagle = false }
            log = { info = "*console" }
            VirtualHost "contoso.test"
              ssl = { certificate = "\(pem)"; key = "\(key)" }

            """
        )
        var command = [path, "--config", configuration, "-F"]
        // It refuses to run as root.
        if getuid() == 0, let user = getpwnam("prosody") {
            for file in [folder.path, pem, key, configuration] {
                chown(file, user.pointee.pw_uid, user.pointee.pw_gid)
            }
            let setpriv = Program.path("setpriv") ?? "/usr/bin/setpriv"
            command =
                [setpriv, "--reuid", "prosody", "--regid", "prosody", "--init-groups"] + command
        }
        let program = try await RunningProgram.start(
            command[0],
            Array(command.dropFirst()),
            untilPrinted: "Activated service 's2s'"
        )
        return Prosody(address: address, program: program, folder: folder)
    }
}
