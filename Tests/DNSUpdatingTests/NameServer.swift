import FailoverCore
import Foundation
import Glibc

@testable import DNSUpdating

/// An authoritative server of the test's own in a folder of its own, on free loopback ports.
final class NameServer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let kind: NameServerKind
    let server: DNSServer
    let folder: URL
    private let place: NameServerKind.Place
    private let process = Process()

    /// Starts a server and waits until its log says that it serves the zones.
    ///
    /// - Throws: when the server does not start.
    init(_ kind: NameServerKind, zones: [ServedZone]) async throws {
        self.kind = kind
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("edgewarden-dns-\(UUID().uuidString)")
        let ports = try freePorts(2)
        place = .init(folder: folder.path, port: ports[0], controlPort: ports[1])
        server = DNSServer(address: .v4([127, 0, 0, 1]), port: ports[0])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for zone in zones { if let text = zone.text { try write(text, to: zone.file) } }
        for (name, text) in kind.files(zones, in: place) { try write(text, to: name) }
        let command = kind.command(in: place)
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = FileHandle.nullDevice
        let log = Pipe()
        process.standardError = log
        try process.run()
        let handle = log.fileHandleForReading
        let ready = kind.readiness(zones)
        let lines = await withCheckedContinuation { continuation in
            // Off the test's own threads, for it blocks; servers log little once they run.
            DispatchQueue.global().async { continuation.resume(returning: read(handle, ready)) }
        }
        guard lines.contains(ready) else {
            stop()
            throw Failure(description: "\(kind) did not start: \(lines)")
        }
    }

    private func write(_ text: String, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try text.write(to: file, atomically: false, encoding: .utf8)
    }

    /// Gives the server an order about a zone.
    func order(_ order: NameServerKind.Order, _ zone: String) throws {
        let command = kind.command(order, zone, in: place)
        let control = Process()
        control.executableURL = URL(fileURLWithPath: command[0])
        control.arguments = Array(command.dropFirst())
        control.standardOutput = FileHandle.nullDevice
        control.standardError = FileHandle.nullDevice
        try control.run()
        control.waitUntilExit()
        guard control.terminationStatus == 0 else {
            throw Failure(description: "\(command) failed")
        }
    }

    /// Halts this server and returns once it stands still; ``stop()`` ends it all the same.
    func halt() {
        signal(SIGSTOP)
        var information = siginfo_t()
        // The signal alone lets running threads finish an answer; this waits for the last one.
        waitid(P_PID, id_t(process.processIdentifier), &information, WSTOPPED | WNOWAIT)
    }

    private func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Ends the server and removes its folder.
    func stop() {
        if process.isRunning {
            signal(SIGKILL)
            process.waitUntilExit()
        }
        // A folder that is left in /tmp harms no later test.
        try? FileManager.default.removeItem(at: folder)
    }

    deinit { stop() }
}

/// Reads until the text appears, the other side closes, or 20 s pass without a byte.
private func read(_ handle: FileHandle, _ text: String) -> String {
    var lines = ""
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while !lines.contains(text), poll(&descriptor, 1, 20_000) > 0 {
        let count = Glibc.read(handle.fileDescriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        lines += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return lines
}

/// Ports that were free for TCP and UDP just now.
func freePorts(_ count: Int) throws -> [UInt16] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    var ports: [UInt16] = []
    while ports.count < count {
        let stream = try bound(SOCK_STREAM, port: 0)
        sockets.append(stream.socket)
        // Taken for UDP: the next stream socket gets another port.
        guard let datagram = try? bound(SOCK_DGRAM, port: stream.port) else { continue }
        sockets.append(datagram.socket)
        ports.append(stream.port)
    }
    return ports
}

private func bound(_ type: __socket_type, port: UInt16) throws -> (socket: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0
        }
    }
    guard isBound else {
        close(descriptor)
        throw NameServer.Failure(description: "port \(port) is taken")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}
