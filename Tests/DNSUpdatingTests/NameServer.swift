import FailoverCore
import Foundation
import Glibc

@testable import DNSUpdating

/// A BIND of the test's own in a folder of its own, on free loopback ports.
final class NameServer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let server: DNSServer
    let folder: URL
    private let controlPort: UInt16
    private let process = Process()

    /// Starts `named` with zones and waits until its log holds `ready`.
    ///
    /// - Parameters:
    ///   - zones: zone statements; their files are in `files`.
    ///   - files: names and texts of files beside the configuration.
    ///   - ready: the line of the log after which the server answers.
    /// - Throws: when the server does not start.
    init(zones: String, files: [String: String], until ready: String = " running\n") async throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("edgewarden-dns-\(UUID().uuidString)")
        let ports = try freePorts(2)
        controlPort = ports[1]
        let loopback = IPAddress.v4([127, 0, 0, 1])
        server = DNSServer(address: loopback, port: ports[0])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
        try write(TestKeys.named, to: "keys.conf")
        try write(configuration + zones, to: "named.conf")
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/named")
        process.arguments = ["-g", "-n", "1", "-c", folder.path + "/named.conf"]
        process.standardInput = FileHandle.nullDevice
        let log = Pipe()
        process.standardError = log
        try process.run()
        let handle = log.fileHandleForReading
        let lines = await withCheckedContinuation { continuation in
            // Off the test's own threads, for it blocks; `named` logs little once it runs.
            DispatchQueue.global().async { continuation.resume(returning: read(handle, ready)) }
        }
        guard lines.contains(ready) else {
            stop()
            throw Failure(description: "named did not start: \(lines)")
        }
    }

    private var configuration: String {
        """
        include "\(folder.path)/keys.conf";
        options {
          directory "\(folder.path)"; pid-file "\(folder.path)/named.pid";
          session-keyfile "\(folder.path)/session.key";
          listen-on port \(server.port) { 127.0.0.1; }; listen-on-v6 { none; };
          recursion no; dnssec-validation no; allow-query { any; };
          minimal-responses no; notify no; allow-transfer { 127.0.0.0/8; };
        };
        controls { inet 127.0.0.1 port \(controlPort) allow { 127.0.0.1; }
          keys { "edgewarden."; }; };

        """
    }

    private func write(_ text: String, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try text.write(to: file, atomically: false, encoding: .utf8)
    }

    /// Gives the server an order through `rndc`.
    func control(_ order: String...) throws {
        try write(TestKeys.control(port: controlPort), to: "rndc.conf")
        let rndc = Process()
        rndc.executableURL = URL(fileURLWithPath: "/usr/sbin/rndc")
        rndc.arguments = ["-c", folder.path + "/rndc.conf"] + order
        rndc.standardOutput = FileHandle.nullDevice
        rndc.standardError = FileHandle.nullDevice
        try rndc.run()
        rndc.waitUntilExit()
        guard rndc.terminationStatus == 0 else {
            throw Failure(description: "rndc \(order) failed")
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
