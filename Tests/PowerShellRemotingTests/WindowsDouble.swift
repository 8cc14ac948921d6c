import Curl
import FailoverCore
import FailoverEngine
import Foundation
import PowerShellRemoting

/// The lab's Windows double, running by itself: psrpcore's server side behind WS-Management.
struct WindowsDouble: Sendable {
    /// What the double prints when it listens.
    struct Ready: Decodable, Sendable {
        struct Endpoint: Decodable, Sendable {
            let server: String
            let role: String
            let url: String
            let user: String
            let password: String
        }
        let ca: String
        let state: String
        let socket: String
        let endpoints: [Endpoint]
    }

    /// A cmdlet call that arrived.
    struct Call: Decodable, Sendable {
        let cmdlet: String
        let server: String
        let who: String
        let parameters: [String: Value]
        let state: String
        let applied: Bool
    }

    /// The shells that are open, and how many were in all.
    struct Shells: Decodable, Sendable {
        struct Shell: Decodable, Sendable {
            let shell: String
            let commands: [String]
        }
        let open: [Shell]
        let opened: Int
    }

    /// A parameter's value as the double understood it.
    enum Value: Decodable, Sendable, Equatable {
        case string(String)
        case bool(Bool)
        case list([String])
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .string(text)
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let list = try? container.decode([String].self) {
                self = .list(list)
            } else {
                self = .other
            }
        }
    }

    enum Authentication: String, CaseIterable, Sendable {
        case basic
        case ntlm
    }

    struct Failure: Error {
        let message: String
    }

    let ready: Ready

    var tls: TLSOptions { TLSOptions(trust: .file(path: ready.ca)) }

    func endpoint(_ short: String) throws -> Ready.Endpoint {
        let name = "\(short).contoso.lan"
        guard let found = ready.endpoints.first(where: { $0.server == name }) else {
            throw Failure(message: "the double has no \(name)")
        }
        return found
    }

    /// Where fe11 (or another) listens, with the right credentials.
    func wsman(
        _ short: String = "fe11",
        _ authentication: Authentication = .basic
    ) throws -> WSManEndpoint {
        let endpoint = try endpoint(short)
        let password = Secret(endpoint.password)
        return WSManEndpoint(
            url: endpoint.url,
            tls: tls,
            authentication: authentication == .basic
                ? .basic(user: endpoint.user, password: password)
                : .ntlm(user: endpoint.user, password: password)
        )
    }

    /// One command to the double's control socket.
    func control(_ command: String, _ arguments: [String: Any] = [:]) throws -> Data {
        var request = arguments
        request["command"] = command
        var line = try JSONSerialization.data(withJSONObject: request)
        line.append(0x0A)
        let answer = try UnixSocket.ask(ready.socket, line)
        guard let object = try JSONSerialization.jsonObject(with: answer) as? [String: Any],
            let result = object["result"]
        else { throw Failure(message: "\(command): \(String(decoding: answer, as: UTF8.self))") }
        return try JSONSerialization.data(withJSONObject: result, options: .fragmentsAllowed)
    }

    func calls() throws -> [Call] {
        try JSONDecoder().decode([Call].self, from: control("calls"))
    }

    func shells() throws -> Shells {
        try JSONDecoder().decode(Shells.self, from: control("shells"))
    }

    /// Waits until a call is held; the waiting is done by the double.
    ///
    /// In a thread of its own: tests run side by side, and there may be no more threads for tasks
    /// than tests that wait.
    func waitUntilHeld() async throws {
        let held: Result<Int, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    returning: Result { try self.control("held", ["wait": 20]).count }
                )
            }
        }
        guard try held.get() > 2 else { throw Failure(message: "no call was held within 20 s") }
    }

    /// The host dies and comes back: its connections and shells are gone.
    func restartHost(_ short: String) throws {
        let file = "\(ready.state)/down/\(short).contoso.lan"
        guard FileManager.default.createFile(atPath: file, contents: nil) else {
            throw Failure(message: "\(file) cannot be made")
        }
        // It looks at the folder when it is reset.
        _ = try control("reset")
        try FileManager.default.removeItem(atPath: file)
        _ = try control("reset")
    }
}

/// Asks one line of a Unix socket.
enum UnixSocket {
    static func ask(_ path: String, _ line: Data) throws -> Data {
        let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw WindowsDouble.Failure(message: "no socket") }
        let file = FileHandle(fileDescriptor: handle, closeOnDealloc: true)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else {
            throw WindowsDouble.Failure(message: "the socket's path is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            throw WindowsDouble.Failure(message: "the double does not listen at \(path)")
        }
        try file.write(contentsOf: line)
        // No more requests follow, so that the double ends the connection after its answer.
        shutdown(handle, Int32(SHUT_WR))
        return try file.readToEnd() ?? Data()
    }
}
