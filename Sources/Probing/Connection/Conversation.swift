internal import FailoverCore
internal import NIOCore

/// What is said on a connection once it is ready: a small state machine, bytes in, steps out.
///
/// It knows nothing of sockets, TLS or time.
protocol Conversation {
    /// Text that shows that the peer spoke the protocol; from then on the server counts as alive.
    var answer: String? { get }

    /// The code of the answer, when the protocol has one.
    var reply: EvidenceCode? { get }

    /// The connection is ready: at once, after the TLS handshake, or again after STARTTLS.
    ///
    /// It is told our own address, for headers that name it.
    mutating func begin(local: SocketAddress?) -> ConversationStep

    /// Bytes came in; whatever one read brought.
    mutating func receive(_ bytes: ByteBuffer) -> ConversationStep
}

extension Conversation {
    var reply: EvidenceCode? { nil }
}

/// What a conversation wants next.
enum ConversationStep: Equatable {
    /// More bytes from the peer.
    case wait
    /// To send these bytes, then more from the peer; `note` says for the trace what they are.
    case send(ByteBuffer, note: String)
    /// To start TLS now, on the connection as it is.
    case startTLS
    /// Nothing more: it is over, after sending these bytes.
    case finish(ByteBuffer?)
    /// Nothing more: the peer does not speak the protocol, for this reason.
    case violated(String)
}

/// A conversation without a word: the connection being ready is the answer.
struct NothingSaid: Conversation {
    private(set) var answer: String?
    private let result: String

    init(answer result: String) {
        self.result = result
    }

    mutating func begin(local: SocketAddress?) -> ConversationStep {
        answer = result
        return .finish(nil)
    }

    mutating func receive(_ bytes: ByteBuffer) -> ConversationStep { .wait }
}
