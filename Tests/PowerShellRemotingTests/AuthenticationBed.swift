import Curl
import FailoverCore
import Foundation
import PowerShellRemoting
import Synchronization

/// The lab's `auth` process: a KDC, and Apache fronts that authenticate before the Windows double.
///
/// One for all tests, because libkrb5 finds its files through this process's environment. It
/// starts with the first test that asks, and ends with this process, whose end closes its input.
final class AuthenticationBed: Sendable {
    /// What the agent's process has of Kerberos.
    enum Identity: String {
        case none
        case ticket
        case keytab
        case oldKeytab = "old-keytab"
        case strangeKeytab = "strange-keytab"
    }

    enum Kind: String {
        case kerberos
        case certificate
    }

    /// One Apache.
    struct Front: Decodable, Sendable {
        let number: Int
        let port: Int

        var url: String { "https://localhost:\(port)/wsman" }
        /// Leads to the other one.
        var redirectingURL: String { "https://localhost:\(port)/OcsPowershell" }
    }

    private struct Ready: Decodable {
        let principal: String
    }

    private struct Answer<Result: Decodable>: Decodable {
        let result: Result?
        let error: String?
    }

    private struct Pipes {
        let input: FileHandle
        let output: FileHandle
    }

    let folder: String
    /// As whom the keytab and the ticket make us known.
    let principal: String
    private let pipes: Mutex<Pipes>

    private static let shared = Result { try AuthenticationBed() }

    private init() throws {
        let lab = repository.appendingPathComponent("lab")
        folder = "/tmp/edgewarden-auth-\(getpid())"
        // Once, and before anything of Kerberos is used.
        setenv("KRB5_CONFIG", folder + "/krb5.conf", 1)
        setenv("KRB5CCNAME", "FILE:" + folder + "/ccache", 1)
        setenv("KRB5_CLIENT_KTNAME", "FILE:" + folder + "/client.keytab", 1)
        let process = Process()
        process.executableURL = lab.appendingPathComponent(".venv/bin/python")
        process.arguments = ["-m", "auth", folder]
        process.currentDirectoryURL = lab
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let handles = Pipes(
            input: input.fileHandleForWriting,
            output: output.fileHandleForReading
        )
        guard let line = Self.line(of: handles.output),
            let ready = try? JSONDecoder().decode(Ready.self, from: line)
        else {
            throw WindowsDouble.Failure(message: "the realm did not start: run scripts/setup")
        }
        principal = ready.principal
        pipes = Mutex(handles)
    }

    private static func line(of file: FileHandle) -> Data? {
        var line = Data()
        while let byte = try? file.read(upToCount: 1), !byte.isEmpty {
            if byte[byte.startIndex] == 0x0A { return line }
            line += byte
        }
        return nil
    }

    private func ask<Result: Decodable>(
        _ request: [String: Any],
        for type: Result.Type = Result.self
    ) throws -> Result? {
        var line = try JSONSerialization.data(withJSONObject: request)
        line.append(0x0A)
        let answer = try pipes.withLock { pipes in
            try pipes.input.write(contentsOf: line)
            return Self.line(of: pipes.output)
        }
        guard let answer else { throw WindowsDouble.Failure(message: "the realm ended") }
        let decoded = try JSONDecoder().decode(Answer<Result>.self, from: answer)
        if let error = decoded.error { throw WindowsDouble.Failure(message: error) }
        return decoded.result
    }

    func setIdentity(_ identity: Identity) throws {
        _ = try ask(["do": "identity", "kind": identity.rawValue], for: String.self)
    }

    /// As whom each request so far was let in, with the status that it got.
    func log(of front: Front) throws -> [String] {
        try ask(["do": "log", "number": front.number]) ?? []
    }

    func file(_ name: String) -> String { folder + "/" + name }

    var tls: TLSOptions { TLSOptions(trust: .file(path: file("ca.crt"))) }

    /// Runs a Windows double with a front before its fe11.
    static func with<Result>(
        _ kind: Kind,
        clockAheadHours: Int = 0,
        _ body: (AuthenticationBed, Front, WindowsDouble) async throws -> Result
    ) async throws -> Result {
        let bed = try shared.get()
        return try await withWindows { double in
            let endpoint = try double.endpoint("fe11")
            let front = try bed.ask(
                [
                    "do": "front", "kind": kind.rawValue, "backend": endpoint.url,
                    "ca": double.ready.ca, "user": endpoint.user, "password": endpoint.password,
                    "ahead": clockAheadHours,
                ],
                for: Front.self
            )
            guard let front else { throw WindowsDouble.Failure(message: "no front") }
            // A front that cannot be ended ends with the process.
            defer { _ = try? bed.ask(["do": "end", "number": front.number], for: String.self) }
            return try await body(bed, front, double)
        }
    }
}
