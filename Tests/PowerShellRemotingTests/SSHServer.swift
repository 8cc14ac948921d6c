import Foundation
import PowerShellRemoting
import Synchronization

/// A real sshd on a free port of 127.0.0.1 with keys of its own, whose `powershell.exe` leads to
/// the Windows double.
struct SSHServer: Sendable {
    let port: UInt16
    let folder: String

    /// The double's host, as who the test's user is let in.
    func endpoint(
        _ change: (inout SSHEndpoint) -> Void = { _ in }
    ) -> SSHEndpoint {
        var endpoint = SSHEndpoint(
            host: "127.0.0.1",
            port: port,
            user: NSUserName(),
            keyFile: "\(folder)/agent",
            knownHostsFile: "\(folder)/known_hosts"
        )
        change(&endpoint)
        return endpoint
    }

    /// Other programs' processes whose arguments name this server's files.
    var processes: [String] {
        get throws {
            let all = try FileManager.default.contentsOfDirectory(atPath: "/proc")
            return all.compactMap { number in
                guard Int(number) != nil,
                    // One that ended meanwhile has no arguments.
                    let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline"),
                    let text = String(data: words, encoding: .utf8),
                    text.hasPrefix("/usr/bin/ssh"), text.contains(folder)
                else { return nil }
                return "\(number): \(text.replacing("\0", with: " "))"
            }
        }
    }

    /// Runs one for as long as `body` takes; `powershell.exe` is this shell script, or missing.
    static func with<Result>(
        powershell: String?,
        _ body: (SSHServer) async throws -> Result
    ) async throws -> Result {
        let folder = "/tmp/edgewarden-ssh-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        // A leftover in /tmp harms nobody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Somebody may take a port between its choice and its use.
        for _ in 1...3 {
            if let running = try RunningSSHServer(folder, powershell) {
                defer { running.end() }
                return try await body(running.server)
            }
        }
        throw WindowsDouble.Failure(message: "sshd did not start: run scripts/setup")
    }
}

/// The process of an sshd that listens.
private struct RunningSSHServer {
    let server: SSHServer
    private let process: Process

    /// Nil when it ended without having listened.
    init?(_ folder: String, _ powershell: String?) throws {
        for name in ["host", "agent", "stranger"] {
            let key = "\(folder)/\(name)"
            guard !FileManager.default.fileExists(atPath: key) else { continue }
            try Self.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
        }
        let bin = "\(folder)/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        if let powershell {
            try Self.write(powershell, to: "\(bin)/powershell.exe", mode: 0o700)
        }
        if getuid() == 0 {
            // Debian's service makes it; there is none here.
            try FileManager.default.createDirectory(
                atPath: "/run/sshd",
                withIntermediateDirectories: true
            )
        }
        let port = try Self.freePort()
        let hostKey = try String(contentsOfFile: "\(folder)/host.pub", encoding: .utf8)
        try Self.write("[127.0.0.1]:\(port) \(hostKey)", to: "\(folder)/known_hosts")
        let otherKey = try String(contentsOfFile: "\(folder)/stranger.pub", encoding: .utf8)
        try Self.write("[127.0.0.1]:\(port) \(otherKey)", to: "\(folder)/changed_hosts")
        let named = "[edge11.contoso.lan]:\(port) \(hostKey)"
        try Self.write(named, to: "\(folder)/named_hosts")
        try Self.write("", to: "\(folder)/no_hosts")
        try Self.write(
            """
            ListenAddress 127.0.0.1:\(port)
            HostKey \(folder)/host
            AuthorizedKeysFile \(folder)/agent.pub
            AuthenticationMethods publickey
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv PATH=\(bin):/usr/bin:/bin

            """,
            to: "\(folder)/sshd_config"
        )
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/sshd")
        process.arguments = ["-D", "-e", "-f", "\(folder)/sshd_config"]
        let words = Pipe()
        process.standardError = words
        try process.run()
        server = SSHServer(port: port, folder: folder)
        let handle = words.fileHandleForReading
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("Server listening on") {
            let part = handle.availableData
            guard !part.isEmpty else { return nil }
            said += part
        }
    }

    func end() {
        // Threads of Dispatch block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WindowsDouble.Failure(message: "\(program) failed")
        }
    }

    private static func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: mode]
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: attributes
            )
        else { throw WindowsDouble.Failure(message: "\(path) cannot be made") }
    }

    /// A port that nobody has at this moment.
    private static func freePort() throws -> UInt16 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, length) == 0 && getsockname(handle, $0, &length) == 0
            }
        }
        guard result else { throw WindowsDouble.Failure(message: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
