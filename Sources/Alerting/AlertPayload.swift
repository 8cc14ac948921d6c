import FailoverCore
import FailoverEngine
import Foundation

/// The JSON that hooks get: the same on a command's standard input and in a webhook's body.
///
/// Receivers parse this, so that keys are only ever added; `version` changes if one must change its
/// meaning.
struct AlertPayload: Encodable {
    let version = 1
    /// The same when an alert is delivered again: receivers drop repetitions by it.
    let id: Int64
    /// RFC 3339, UTC.
    let at: String
    let agent: String
    let code: String
    let severity: String
    let route: String?
    let pool: String?
    let request: Int?
    let message: String
    /// What it is about, the same from beginning to end.
    let subject: String
    /// `begins`, `acknowledged` or `ends`; left out for what does not last.
    let stage: String?
    /// The codes of what stood until now and no longer does.
    let ends: [String]?
    /// True for what says again what stands already; else left out.
    let reminder: Bool?
    /// Where what is asked is answered; left out where nothing is, or the hook answers for nobody.
    let answerURL: String?

    enum CodingKeys: String, CodingKey {
        case version, id, at, agent, code, severity, route, pool, request, message, subject, stage
        case ends, reminder
        case answerURL = "answer_url"
    }

    init(_ alert: Alert, answerLink: Secret? = nil) {
        id = alert.id
        at = alert.at.description
        agent = alert.agent
        code = alert.notice.code.rawValue
        severity = alert.notice.severity.rawValue
        route = alert.notice.route?.name
        pool = alert.notice.pool?.name
        request = alert.notice.request?.number
        message = alert.notice.sentence
        subject = alert.subject
        stage = alert.course.stage?.rawValue
        let ended = alert.course.ended.map(\.code.rawValue)
        ends = ended.isEmpty ? nil : ended
        reminder = alert.course.isReminder
        answerURL = answerLink?.withValue { $0 }
    }

    /// One line with a line break at its end; keys in alphabetical order.
    func json() throws -> [UInt8] { try JSON.bytes(self) + [UInt8(ascii: "\n")] }
}

/// How bodies are written: one line, keys in alphabetical order.
enum JSON {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}

/// What a hook said, made fit for a log line.
enum OneLine {
    /// Printable characters alone, blanks for line breaks, at most `charactersMax` of them.
    static func of(_ bytes: some Sequence<UInt8>, charactersMax: Int = 200) -> String {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        let words = text.split { $0.isWhitespace }
        let line = words.joined(separator: " ").unicodeScalars
            .map { $0.properties.generalCategory == .control ? "?" : Character($0) }
        guard line.count > charactersMax else { return String(line) }
        return String(line.prefix(charactersMax)) + "…"
    }
}
