import FailoverCore

/// A DNS answer: for people and as JSON.
struct DNSAnswerView {
    private let answer: DNSAnswer

    init(_ answer: DNSAnswer) { self.answer = answer }

    /// Whether there are records of the type that was asked for.
    var isGood: Bool {
        answer.code == .noError && answer.records.contains { $0.type == answer.type }
    }

    var lines: [String] {
        let facts = [
            ("answer", "\(answer.code)"),
            ("authority", answer.isAuthoritative ? "yes (AA)" : "no"),
            ("transport", answer.usedTCP ? "TCP, since the UDP answer was cut" : "UDP"),
            ("time", answer.latency.fine),
        ]
        var lines = ["\(answer.name) \(answer.type.rawValue) at \(answer.server)"]
        lines += facts.map { "  \($0.padded(to: 10))\($1)" }
        if isGood, answer.type == .srv {
            lines += ["", "Records, in the order in which they are tried"]
        } else {
            lines += ["", answer.records.isEmpty ? "No records" : "Records"]
        }
        lines += DNSAnswerView.table(answer.records)
        if !answer.authority.isEmpty {
            lines += ["", "Authority section"] + DNSAnswerView.table(answer.authority)
        }
        if !answer.additional.isEmpty {
            lines += ["", "Additional section"] + DNSAnswerView.table(answer.additional)
        }
        return lines
    }

    private static func table(_ sets: [RecordSet]) -> [String] {
        let rows = sets.flatMap { set in
            set.data.map { ["\(set.name)", "\(set.ttl)", set.type.rawValue, "\($0)"] }
        }
        return Text.columns(rows, indent: 2)
    }

    /// The JSON of an answer.
    struct Body: Encodable {
        let server: String
        let name: String
        let type: String
        let good: Bool
        let code: String
        let authoritative: Bool
        let usedTCP: Bool
        let milliseconds: Double
        let records: [Records]
        let authority: [Records]
        let additional: [Records]

        private enum CodingKeys: String, CodingKey {
            case server
            case name
            case type
            case good
            case code
            case authoritative
            // The common rule for snake_case makes nothing good of the abbreviation.
            case usedTCP = "used_tcp"
            case milliseconds
            case records
            case authority
            case additional
        }
    }

    /// A record set; SRV data in the order in which it is tried (RFC 2782).
    struct Records: Encodable {
        let name: String
        let type: String
        let ttl: UInt32
        let data: [String]

        init(_ set: RecordSet) {
            name = set.name.name
            type = set.type.rawValue
            ttl = set.ttl
            data = set.data.map(\.description)
        }
    }

    var body: Body {
        Body(
            server: "\(answer.server)",
            name: answer.name.name,
            type: answer.type.rawValue,
            good: isGood,
            code: "\(answer.code)",
            authoritative: answer.isAuthoritative,
            usedTCP: answer.usedTCP,
            milliseconds: answer.latency.inMilliseconds,
            records: answer.records.map(Records.init),
            authority: answer.authority.map(Records.init),
            additional: answer.additional.map(Records.init)
        )
    }
}
