public import FailoverCore
public import FailoverEngine
public import NIOCore

/// Asks chosen servers over UDP, and over TCP when an answer was cut.
///
/// ldns writes and reads the messages; the sockets are NIO's, so that every question has its own
/// deadline and ends when its task is cancelled.
public struct DNSClient: DNSQuerying {
    private let group: any EventLoopGroup
    private let recursionDesired: Bool

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - group: the event loops that carry the sockets; owned by the caller.
    ///   - recursionDesired: true to ask resolvers; false, the default, to ask authoritative
    ///     servers, which then say only what they know themselves.
    public init(group: any EventLoopGroup, recursionDesired: Bool = false) {
        self.group = group
        self.recursionDesired = recursionDesired
    }

    /// Asks one server for one name and type; see ``FailoverEngine/DNSQuerying``.
    ///
    /// The question goes out up to three times within `timeout`. Answers with another id, question
    /// or source are passed over.
    ///
    /// - Throws: `DNSFailure` with code `timeout`, `unreachable`, `malformedAnswer` or `cannotSend`.
    public func query(
        _ name: FQDN,
        _ type: RecordType,
        at server: DNSServer,
        timeout: Duration
    ) async throws(DNSFailure) -> DNSAnswer {
        let start = ContinuousClock.now
        let deadline = NIODeadline.now() + .nanoseconds(timeout.wholeNanoseconds)
        let question = Question(
            id: .random(in: .min ... .max),
            name: name,
            type: type,
            recursionDesired: recursionDesired
        )
        let failing = QueryFailures(question: question, server: server, timeout: timeout)
        let bytes = try failing.encode()
        var message = try await failing.exchange { () throws(ExchangeFailure) in
            try await UDPExchange.run(
                bytes,
                with: server,
                deadline: deadline,
                on: group,
                isAnswer: question.isAnswered
            )
        }
        let usedTCP = Question.isTruncated(message)
        if usedTCP {
            message = try await failing.exchange { () throws(ExchangeFailure) in
                try await TCPExchange.run(
                    bytes,
                    with: server,
                    deadline: deadline,
                    on: group,
                    isAnswer: question.isAnswered
                )
            }
        }
        let sections = try failing.decode(message)
        return DNSAnswer(
            server: server,
            name: name,
            type: type,
            code: sections.code,
            isAuthoritative: sections.isAuthoritative,
            usedTCP: usedTCP,
            records: sections.records,
            authority: sections.authority,
            additional: sections.additional,
            latency: ContinuousClock.now - start
        )
    }
}

/// Turns what went wrong with one question into words.
private struct QueryFailures {
    let question: Question
    let server: DNSServer
    let timeout: Duration

    func encode() throws(DNSFailure) -> [UInt8] {
        do throws(Packet.Failure) {
            return try question.encoded()
        } catch {
            throw failure(.cannotSend, "cannot be written as a DNS message: \(error.text)")
        }
    }

    func decode(_ message: [UInt8]) throws(DNSFailure) -> AnswerSections {
        do throws(Packet.Failure) {
            return try AnswerSections(decoding: message)
        } catch {
            throw failure(.malformedAnswer, "was answered with something unusable: \(error.text)")
        }
    }

    func exchange(
        _ body: () async throws(ExchangeFailure) -> [UInt8]
    ) async throws(DNSFailure) -> [UInt8] {
        do throws(ExchangeFailure) {
            return try await body()
        } catch {
            switch error.cause {
            case .timeout:
                throw failure(.timeout, "got no answer within \(timeout.inWords)")
            case .cancelled:
                throw failure(.timeout, "was given up before an answer came")
            case .unreachable(let reason):
                throw failure(.unreachable, "did not get through: \(reason)")
            case .closedEarly:
                throw failure(.unreachable, "was cut off: the server closed the connection")
            case .foreign:
                throw failure(.malformedAnswer, "was answered with a reply to something else")
            }
        }
    }

    private func failure(_ code: DNSFailure.Code, _ text: String) -> DNSFailure {
        DNSFailure(
            code: code,
            server: server,
            message: "The question for \(question.name) \(question.type.rawValue) at DNS server "
                + "\(server) \(text)",
            mayHaveActed: false
        )
    }
}
