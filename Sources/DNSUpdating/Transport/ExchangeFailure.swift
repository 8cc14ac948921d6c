import FailoverCore
import Glibc
import NIOCore
import NIOPosix

/// Why an exchange of bytes with a server ended without an answer.
struct ExchangeFailure: Error {
    enum Cause: Equatable {
        /// Nothing came in time.
        case timeout
        /// The caller was cancelled.
        case cancelled
        /// The system or the server refused: the text says how.
        case unreachable(String)
        /// The connection ended before a whole answer.
        case closedEarly
        /// TCP only: a message came that does not answer the request.
        case foreign
    }

    var cause: Cause
    /// Whether the request may have reached the server.
    var mayHaveArrived: Bool

    init(_ cause: Cause, mayHaveArrived: Bool) {
        self.cause = cause
        self.mayHaveArrived = mayHaveArrived
    }

    /// Takes what NIO threw.
    init(wrapping error: any Error, mayHaveArrived: Bool) {
        let cause: Cause =
            switch error {
            case let failure as ExchangeFailure: failure.cause
            case is CancellationError: .cancelled
            case let error as ChannelError: ExchangeFailure.cause(of: error)
            case let error as NIOConnectionError:
                ExchangeFailure.cause(of: error)
            case let error as IOError: .unreachable(ExchangeFailure.words(for: error.errnoCode))
            default: .unreachable("\(error)")
            }
        self.init(cause, mayHaveArrived: mayHaveArrived)
    }

    private static func cause(of error: ChannelError) -> Cause {
        switch error {
        case .connectTimeout: .timeout
        case .ioOnClosedChannel, .alreadyClosed, .eof, .inputClosed, .outputClosed: .closedEarly
        default: .unreachable("\(error)")
        }
    }

    private static func cause(of error: NIOConnectionError) -> Cause {
        guard let first = error.connectionErrors.first else { return .unreachable("\(error)") }
        return ExchangeFailure(wrapping: first.error, mayHaveArrived: false).cause
    }

    private static func words(for code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "the host is up but nothing listens on the port"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "no route to the network"
        case ECONNRESET: "the server reset the connection"
        case ETIMEDOUT: "the connection timed out"
        case EACCES, EPERM: "a local firewall forbids it"
        case EMFILE, ENFILE: "this process has no file descriptor left"
        default: "errno \(code)"
        }
    }
}

/// The socket address of a server.
func socketAddress(of server: DNSServer) throws -> SocketAddress {
    try SocketAddress(
        packedIPAddress: ByteBuffer(bytes: server.address.bytes),
        port: Int(server.port)
    )
}
