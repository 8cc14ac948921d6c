internal import FailoverCore
internal import NIOCore

/// Sends one OPTIONS and waits for a status line.
struct SIPConversation: Conversation {
    private(set) var answer: String?
    private(set) var reply: EvidenceCode?
    private let host: String
    private let localDomain: FQDN?
    private let tokens: OptionsRequest.Tokens
    private var reader = SIPStatusLineReader()

    init(target: ProbeTarget, tokens: OptionsRequest.Tokens) {
        host = (target.domain ?? target.serverName)?.name ?? target.address.uriHost
        localDomain = target.localDomain
        self.tokens = tokens
    }

    mutating func begin(local: SocketAddress?) -> ConversationStep {
        let localHost = local?.ipAddress.flatMap { IPAddress($0)?.uriHost } ?? "invalid"
        let request = OptionsRequest(
            host: host,
            localHost: localDomain?.name ?? localHost,
            localPlace: "\(localHost):\(local?.port ?? 0)",
            tokens: tokens
        )
        return .send(ByteBuffer(string: request.text), note: "OPTIONS sip:\(host)")
    }

    mutating func receive(_ bytes: ByteBuffer) -> ConversationStep {
        switch reader.read(bytes.readableBytesView) {
        case .incomplete: return .wait
        case .statusLine(let line):
            answer = line
            reply = EvidenceCode(sipStatus: status(of: line))
            return .finish(nil)
        case .notSIP(let text):
            return .violated("'\(text)'")
        }
    }

    /// The number in a status line, which the reader has judged to be one.
    private func status(of line: String) -> Int {
        line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

extension IPAddress {
    /// The address as the host part of a URI: IPv6 in brackets.
    var uriHost: String {
        switch self {
        case .v4: description
        case .v6: "[\(description)]"
        }
    }
}
