import FailoverCore
import NIOCore
import Testing

@testable import Probing

/// The XMPP conversation without a network: every split, every kind of answer.
@Suite("XMPPConversation")
struct XMPPConversationTests {
    private static let header =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:server' id='1' version='1.0'"
        + " xmlns:stream='http://etherx.jabber.org/streams' from='contoso.test'>"
    private static let features =
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
        + "<dialback xmlns='urn:xmpp:features:dialback'/></stream:features>"
    private static let proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

    /// Feeds the pieces and returns the last step and the conversation.
    private func feed(_ pieces: [String]) throws -> (ConversationStep, XMPPConversation) {
        var conversation = XMPPConversation(target: try .local(.xmpp, 5269))
        _ = conversation.begin(local: nil)
        var last = ConversationStep.wait
        for piece in pieces {
            last = conversation.receive(ByteBuffer(string: piece))
            if last != .wait { break }
        }
        return (last, conversation)
    }

    private let bye = ConversationStep.finish(ByteBuffer(string: "</stream:stream>"))

    @Test func `the header is that of RFC 6120 with both domains`() throws {
        var conversation = XMPPConversation(target: try .local(.xmpp, 5269))
        guard case .send(let bytes, _) = conversation.begin(local: nil) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(
            String(buffer: bytes)
                == "<?xml version='1.0'?><stream:stream xmlns='jabber:server'"
                + " xmlns:stream='http://etherx.jabber.org/streams'"
                + " xmlns:db='jabber:server:dialback' to='contoso.test' from='fabrikam.test'"
                + " version='1.0' xml:lang='en'>"
        )
    }

    @Test func `features with STARTTLS lead to starttls at every split`() throws {
        let text = Array((Self.header + Self.features).utf8)
        for cut in 1..<text.count {
            let pieces = [text[..<cut], text[cut...]].map { String(decoding: $0, as: UTF8.self) }
            let (step, conversation) = try feed(pieces)
            #expect(
                step
                    == .send(
                        ByteBuffer(
                            string: "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                        ),
                        note: "starttls"
                    )
            )
            #expect(
                conversation.answer == "stream from contoso.test; features: starttls, dialback"
            )
        }
    }

    @Test func `without STARTTLS it takes leave`() throws {
        let (step, conversation) = try feed([Self.header + "<stream:features/>"])
        #expect(step == bye)
        #expect(conversation.answer == "stream from contoso.test")
    }

    @Test func `starttls of another namespace is not STARTTLS`() throws {
        let (step, _) = try feed([
            Self.header + "<stream:features><starttls xmlns='urn:other'/></stream:features>"
        ])
        #expect(step == bye)
    }

    @Test func `a stream error is an answer, with its condition`() throws {
        let error =
            "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>No</text></stream:error>"
        let (step, conversation) = try feed([Self.header + error + "</stream:stream>"])
        #expect(step == bye)
        #expect(conversation.answer == "stream from contoso.test; stream error host-unknown")
    }

    @Test func `another prefix for the same namespace is the same`() throws {
        let header =
            "<s:stream xmlns='jabber:server' version='1.0'"
            + " xmlns:s='http://etherx.jabber.org/streams'>"
        let (step, conversation) = try feed([header + "<s:features><x/></s:features>"])
        #expect(step == bye)
        #expect(conversation.answer == "stream; features: x")
    }

    @Test func `a stream without a version brings no features and is an answer`() throws {
        let header = "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"
        let (step, conversation) = try feed([header])
        #expect(step == bye)
        #expect(conversation.answer == "stream")
    }

    @Test func `proceed starts TLS only when nothing follows it`() throws {
        let opening = [Self.header, Self.features]
        var (_, clean) = try feed(opening)
        #expect(clean.receive(ByteBuffer(string: Self.proceed)) == .startTLS)
        var (_, dirty) = try feed(opening)
        #expect(dirty.receive(ByteBuffer(string: Self.proceed + "<x/>")) == .finish(nil))
        #expect(dirty.answer?.contains("bytes in clear after <proceed/>") == true)
        var (_, refused) = try feed(opening)
        let failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        #expect(refused.receive(ByteBuffer(string: failure)) == bye)
        #expect(refused.answer?.contains("STARTTLS refused") == true)
    }

    @Test func `after TLS the header is sent again and the features end it`() throws {
        var (_, conversation) = try feed([Self.header, Self.features])
        _ = conversation.receive(ByteBuffer(string: Self.proceed))
        guard case .send(_, let note) = conversation.begin(local: nil) else {
            Issue.record("no header under TLS")
            return
        }
        #expect(note.contains("under TLS"))
        // STARTTLS offered again under TLS must not be taken up.
        let step = conversation.receive(ByteBuffer(string: Self.header + Self.features))
        #expect(step == bye)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request", "SIP/2.0 200 OK", "<html>", "<stream:stream>", "</a>", "<a/>",
        "<stream:stream xmlns:stream='urn:other'>", "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ])
    func `what opens no stream is not XMPP`(text: String) throws {
        let (step, conversation) = try feed([text])
        guard case .violated(let reason) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(reason.contains("'" + text.prefix(4)))
        #expect(conversation.answer == nil)
    }

    @Test(arguments: ["<!DOCTYPE a [", "</b>", "<a <", "</stream:features>"])
    func `a fault after the opening does not undo it`(text: String) throws {
        let (step, conversation) = try feed([Self.header + text])
        #expect(step == .finish(nil))
        #expect(conversation.answer?.contains("then it sent") == true)
    }

    @Test func `depth and bytes have their bounds`() throws {
        let (deep, deepOne) = try feed([Self.header + String(repeating: "<a>", count: 100)])
        #expect(deep == .finish(nil))
        #expect(deepOne.answer?.contains("nested too deep") == true)
        let flood = [String](repeating: String(repeating: " ", count: 1_024), count: 70)
        let (long, longOne) = try feed([Self.header] + flood)
        #expect(long == .finish(nil))
        #expect(longOne.answer?.contains("more than 64 KiB") == true)
        let (never, neverOne) = try feed(flood)
        guard case .violated(let reason) = never else {
            Issue.record("\(never)")
            return
        }
        #expect(reason.contains("more than 64 KiB"))
        #expect(neverOne.answer == nil)
    }
}
