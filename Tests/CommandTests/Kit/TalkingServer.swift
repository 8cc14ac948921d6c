import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// A server on a free loopback port that gives one answer to whatever it hears first.
enum TalkingServer {
    /// Runs a body with the server's port.
    static func with<Result>(
        answer: String?,
        identity: TestIdentity? = nil,
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let context = try identity.map { try $0.context() }
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: context)
                        )
                    }
                    try channel.pipeline.syncOperations.addHandler(OneAnswer(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return result
        } catch {
            try await server.close()
            throw error
        }
    }
}

/// Answers the first bytes that come; nil says nothing at all.
private final class OneAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var answer: String?

    init(_ answer: String?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let text = answer else { return }
        answer = nil
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A self-signed certificate and its key, made by the openssl program.
struct TestIdentity {
    let folder: ScratchFolder

    var certificate: String { folder.path("certificate.pem") }
    var key: String { folder.path("key.pem") }

    struct Failure: Error {
        let log: String
    }

    init(name: String) async throws {
        folder = try ScratchFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
            "-addext", "extendedKeyUsage=serverAuth,clientAuth",
            "-keyout", key, "-out", certificate,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let log = folder.path("openssl.log")
        _ = try folder.write("", to: "openssl.log")
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        guard process.terminationStatus == 0 else {
            throw Failure(log: try folder.text("openssl.log"))
        }
    }

    fileprivate func context() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
        )
    }
}

/// A loopback port on which nobody listens.
enum ClosedPort {
    struct Failure: Error {
        let number: Int32
    }

    /// Runs a body while the port is taken, so that no other test comes to listen there.
    static func with<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) | getsockname(descriptor, generic, &length)
            }
        }
        guard result == 0 else { throw Failure(number: errno) }
        return try await body(Int(UInt16(bigEndian: address.sin_port)))
    }
}
