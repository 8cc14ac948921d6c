internal import FailoverCore
internal import NIOCore

/// Opens a server-to-server stream, reads the features, starts TLS where it is offered, opens the
/// stream again and takes leave.
///
/// The first `<stream:stream>` of the peer is the answer; what comes after it only adds to it.
struct XMPPConversation: Conversation {
    /// All that the peer may send, in both streams together.
    static let bytesMax = 65_536
    /// Features nest three deep at most.
    static let depthMax = 16

    private enum State: Equatable {
        case awaitingHeader
        case awaitingFeatures
        case awaitingProceed
        case startingTLS
        case over
    }

    private let domain: FQDN?
    private let localDomain: FQDN?
    private var state = State.awaitingHeader
    private var isSecure = false
    private var tokenizer = XMLTokenizer()
    private var byteCount = 0
    private var firstBytes: [UInt8] = []
    /// The open elements, the stream itself first.
    private var open: [String] = []
    private var prefix = "stream:"
    private var features: [String] = []
    private var errorCondition: String?
    private var offersTLS = false
    private var remark: String?
    private var from: String?

    init(target: ProbeTarget) {
        domain = target.domain ?? target.serverName
        localDomain = target.localDomain
    }

    private(set) var isOpened = false

    var answer: String? {
        guard isOpened else { return nil }
        var parts = ["stream" + (from.map { " from \(Printable.text($0, limit: 100))" } ?? "")]
        if !features.isEmpty {
            let list = features.prefix(16).map { Printable.text($0, limit: 40) }
            parts.append("features: " + list.joined(separator: ", "))
        }
        if let errorCondition { parts.append("stream error \(errorCondition)") }
        if let remark { parts.append(remark) }
        return parts.joined(separator: "; ")
    }

    var reply: EvidenceCode? { errorCondition.map { EvidenceCode(xmppCondition: $0) } }

    mutating func begin(local: SocketAddress?) -> ConversationStep {
        if state == .startingTLS {
            isSecure = true
            tokenizer = XMLTokenizer()
            open = []
            state = .awaitingHeader
        }
        let header = XMPPStream.header(to: domain, from: localDomain)
        return .send(
            ByteBuffer(string: header),
            note: isSecure ? "stream header again, under TLS" : "stream header"
        )
    }

    mutating func receive(_ bytes: ByteBuffer) -> ConversationStep {
        let view = bytes.readableBytesView
        if firstBytes.count < 80 { firstBytes += view.prefix(80 - firstBytes.count) }
        byteCount += view.count
        var rest = view[...]
        while let byte = rest.popFirst() {
            do throws(XMLTokenizer.Fault) {
                guard let tag = try tokenizer.feed(byte) else { continue }
                if let step = try take(tag, isLast: rest.isEmpty) { return step }
            } catch {
                return fault(error.reason)
            }
        }
        if byteCount > XMPPConversation.bytesMax { return fault("more than 64 KiB") }
        return .wait
    }

    /// A fault before the stream was opened means another protocol; after it, the server lives,
    /// and the fault is only remarked on.
    private mutating func fault(_ reason: String) -> ConversationStep {
        state = .over
        if isOpened {
            remark = "then it sent \(reason)"
            return .finish(nil)
        }
        return .violated("\(reason): '\(Printable.text(firstBytes, limit: 80))'")
    }

    private mutating func take(
        _ tag: XMLTokenizer.Tag,
        isLast: Bool
    ) throws(XMLTokenizer.Fault) -> ConversationStep? {
        switch tag {
        case .open(let element):
            if open.count >= XMPPConversation.depthMax {
                throw XMLTokenizer.Fault(reason: "elements nested too deep")
            }
            open.append(element.name)
            return try opened(element, isEmpty: false)
        case .empty(let element):
            open.append(element.name)
            if let step = try opened(element, isEmpty: true) { return step }
            return try closed(element.name, isLast: isLast)
        case .close(let name):
            return try closed(name, isLast: isLast)
        }
    }

    private mutating func opened(
        _ element: XMLTokenizer.Element,
        isEmpty: Bool
    ) throws(XMLTokenizer.Fault) -> ConversationStep? {
        let local = XMPPConversation.localName(element.name)
        switch open.count {
        case 1:
            return try openedStream(element, local: local, isEmpty: isEmpty)
        case 3 where open[1] == prefix + "features":
            if !isSecure || !features.contains(local) { features.append(local) }
            let namespace = element.attributes["xmlns"]
            if local == "starttls", namespace == XMPPStream.tlsNamespace { offersTLS = true }
        case 3 where open[1] == prefix + "error" && errorCondition == nil && local != "text":
            errorCondition = Printable.text(local, limit: 60)
        default: break
        }
        return nil
    }

    private mutating func openedStream(
        _ element: XMLTokenizer.Element,
        local: String,
        isEmpty: Bool
    ) throws(XMLTokenizer.Fault) -> ConversationStep? {
        let prefix = String(element.name.dropLast(local.count))
        let declaration = prefix.isEmpty ? "xmlns" : "xmlns:" + prefix.dropLast()
        guard local == "stream", element.attributes[declaration] == XMPPStream.streamNamespace
        else {
            throw XMLTokenizer.Fault(reason: "XML that is not an XMPP stream")
        }
        self.prefix = prefix
        isOpened = true
        from = element.attributes["from"] ?? from
        state = .awaitingFeatures
        // A peer from before RFC 3920 sends no version, and then no features either.
        if isEmpty || element.attributes["version"] == nil { return leave() }
        return nil
    }

    private mutating func closed(
        _ name: String,
        isLast: Bool
    ) throws(XMLTokenizer.Fault) -> ConversationStep? {
        guard open.popLast() == name else {
            throw XMLTokenizer.Fault(reason: "an end tag that closes nothing")
        }
        if open.isEmpty { return leave() }
        guard open.count == 1 else { return nil }
        let local = XMPPConversation.localName(name)
        switch (state, local) {
        case (_, "error") where name == prefix + "error":
            return leave()
        case (.awaitingFeatures, "features") where name == prefix + "features":
            if isSecure || !offersTLS { return leave() }
            state = .awaitingProceed
            return .send(ByteBuffer(string: XMPPStream.startTLS), note: "starttls")
        case (.awaitingProceed, "proceed"):
            // What follows in clear would be taken for something said under TLS.
            guard isLast else {
                throw XMLTokenizer.Fault(reason: "bytes in clear after <proceed/>")
            }
            state = .startingTLS
            return .startTLS
        case (.awaitingProceed, "failure"):
            remark = "STARTTLS refused"
            return leave()
        default: return nil
        }
    }

    private mutating func leave() -> ConversationStep {
        state = .over
        return .finish(ByteBuffer(string: XMPPStream.end))
    }

    private static func localName(_ name: String) -> String {
        String(name[(name.firstIndex(of: ":").map(name.index(after:)) ?? name.startIndex)...])
    }
}
