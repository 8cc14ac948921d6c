import Crypto
import FailoverCore
import FailoverEngine
import Foundation

/// An alert as a mail: headers and both parts, in ASCII alone (RFC 5322, 2045 to 2047).
struct MailMessage {
    private let alert: Alert
    private let from: String
    private let to: [String]
    private let links: [MessageLink]
    private let date: Timestamp

    /// A mail that is handed in at that time.
    init(_ alert: Alert, from: String, to: [String], links: [MessageLink], at date: Timestamp) {
        self.alert = alert
        self.from = from
        self.to = to
        self.links = links
        self.date = date
    }

    /// The whole message, lines ended by CR LF.
    var bytes: [UInt8] {
        let boundary = "=_edgewarden_\(Self.digest(identity))"
        var lines =
            headers + [
                "MIME-Version: 1.0",
                "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
                "",
            ]
        for (type, text) in [("plain", plain), ("html", html)] {
            lines += [
                "--\(boundary)", "Content-Type: text/\(type); charset=utf-8",
                "Content-Transfer-Encoding: base64", "",
            ]
            lines += Self.base64Lines(text) + [""]
        }
        lines += ["--\(boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private var words: AlertText { AlertText(alert) }
    private var domain: String { from.split(separator: "@").last.map(String.init) ?? "localhost" }
    private var identity: String { "\(alert.agent).\(alert.id)" }

    private var headers: [String] {
        let severity = alert.notice.severity
        let mark = alert.course.stage == .ends ? "over" : severity.rawValue
        var headers = [
            "From: \(Self.encoded("Edgewarden \(alert.agent)")) <\(from)>",
            "To: " + to.joined(separator: ",\r\n "),
            "Subject: " + Self.encoded("[\(mark)] \(words.headline)"),
            "Date: \(Self.rfc5322(date))",
            // The same when it is sent again.
            "Message-ID: <edgewarden.\(identity)@\(domain)>",
            // What is about the same thing stands together.
            "References: <edgewarden.\(alert.agent).\(thread)@\(domain)>",
            // Nobody's absence is to answer it (RFC 3834).
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
        ]
        if severity == .critical { headers += ["Importance: high", "X-Priority: 1"] }
        return headers
    }

    private var thread: String { Self.digest(alert.subject) }

    /// The plain part.
    var plain: String {
        let width = words.facts.map(\.name.count).max() ?? 0
        let facts = words.facts.map { name, value in
            name + ":" + String(repeating: " ", count: width - name.count + 1) + value
        }
        let links = links.flatMap { ["", "\($0.title): \($0.url)"] }
        return ([words.sentence, ""] + facts + links).joined(separator: "\r\n") + "\r\n"
    }

    private var html: String {
        let color =
            switch alert.notice.severity {
            case .critical: "#b3261e"
            case .warning: "#b26a00"
            case .info: alert.course.stage == .ends ? "#1b7f3b" : "#1a5fb4"
            }
        let rows = words.facts.map { name, value in
            "<tr><th align=\"left\" style=\"padding-right:1em\">\(Self.escaped(name))</th>"
                + "<td>\(Self.escaped(value))</td></tr>"
        }
        let links = links.map {
            "<p><a href=\"\(Self.escaped($0.url))\">\(Self.escaped($0.title))</a></p>"
        }
        let lines =
            [
                "<!DOCTYPE html>",
                "<html lang=\"en\"><body style=\"font-family:sans-serif\">",
                "<h2 style=\"color:\(color)\">\(Self.escaped(words.headline))</h2>",
                "<p>\(Self.escaped(words.sentence))</p>", "<table>",
            ] + rows + ["</table>"] + links + ["</body></html>"]
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}

// MARK: - How texts are written

extension MailMessage {
    /// A header's text: as it is where it is plain ASCII, else as encoded words (RFC 2047), each of
    /// at most 75 characters and of whole characters.
    static func encoded(_ text: String) -> String {
        let line = OneLine.of(text.utf8, charactersMax: 400)
        let isPlain = line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !line.contains("=?")
        if isPlain, line.utf8.count <= 60 { return Self.quotedIfNeeded(line) }
        var words: [String] = []
        var part = ""
        // 45 bytes make 60 characters of base64, and "=?utf-8?B?…?=" twelve more.
        for character in line {
            if part.utf8.count + character.utf8.count > 45 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }
            .joined(separator: "\r\n ")
    }

    /// Before an address these characters would mean something; in a subject quotes do no harm.
    private static func quotedIfNeeded(_ text: String) -> String {
        text.contains { "()<>@,;\\\"".contains($0) }
            ? "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?=" : text
    }

    /// `Sat, 21 Nov 2026 13:08:10 +0000`.
    static func rfc5322(_ time: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        // `2026-11-21T13:08:10Z`: the epoch was a Thursday.
        let text = time.description
        let parts = text.split { "-T:.Z".contains($0) }.map { Int($0) ?? 0 }
        let day = Int(time.millisecondsSinceEpoch / 86_400_000) % 7
        let clock = text.dropFirst(11).prefix(8)
        let date = "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
        return "\(days[max(0, day)]), \(date) \(clock) +0000"
    }

    static func base64Lines(_ text: String) -> [String] {
        let all = Data(text.utf8).base64EncodedString()
        return stride(from: 0, to: all.count, by: 76).map { start in
            String(all.dropFirst(start).prefix(76))
        }
    }

    private static func digest(_ text: String) -> String {
        Hexadecimal.text(of: SHA256.hash(data: Data(text.utf8)).prefix(8))
    }

    private static func escaped(_ text: String) -> String {
        AlertText.escaped(text).replacing("\"", with: "&quot;")
    }
}
