public import FailoverCore
public import FailoverEngine
import Glibc

/// Writes alerts to a log: journald's, the machine's syslog, or another machine's by UDP or TCP.
///
/// A log answers nothing: delivered means handed to the system.
public struct SyslogHook: AlertHook {
    /// Where the log is.
    public enum Place: Sendable, Hashable {
        /// systemd's journal, with a field for each thing (systemd.journal-fields(7)).
        case journald(socket: String = "/run/systemd/journal/socket")
        /// The machine's syslog, in its own old form (RFC 3164), which all of them read.
        case local(socket: String = "/dev/log")
        /// One message in a datagram (RFC 5424 and 5426).
        case udp(host: String, port: UInt16)
        /// One message on a connection of its own, its length before it (RFC 5424 and 6587).
        case tcp(host: String, port: UInt16)
    }

    /// The hook's name in the configuration.
    public let name: String
    private let place: Place
    private let timeout: Duration
    private let hostName: String

    /// Makes a hook.
    ///
    /// - Parameters:
    ///   - name: The hook's name in the configuration.
    ///   - place: Where the log is.
    ///   - timeout: For one delivery.
    ///   - hostName: How this machine is called in messages to others; default: as it calls itself.
    public init(
        name: String,
        place: Place,
        timeout: Duration,
        hostName: String = SyslogHook.ownName
    ) {
        self.name = name
        self.place = place
        self.timeout = timeout
        self.hostName = hostName
    }

    /// How this machine calls itself.
    public static var ownName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "-" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the alert once; trying again is the dispatcher's work.
    public func deliver(_ alert: Alert, answerLink _: Secret?) async -> DeliveryResult {
        let text = SyslogText(alert, hostName: hostName)
        do throws(SocketFailure) {
            switch place {
            case .journald(let socket):
                try await BlockingSocket.send(text.journal, toSocket: socket)
            case .local(let socket):
                try await BlockingSocket.send(text.local, toSocket: socket)
            case .udp(let host, let port):
                try await BlockingSocket.send(
                    text.message,
                    to: host,
                    port,
                    isStream: false,
                    timeout: timeout
                )
            case .tcp(let host, let port):
                let framed = Array("\(text.message.count) ".utf8) + text.message
                try await BlockingSocket.send(
                    framed,
                    to: host,
                    port,
                    isStream: true,
                    timeout: timeout
                )
            }
            return DeliveryResult(isDelivered: true, detail: "written")
        } catch {
            return DeliveryResult(isDelivered: false, detail: error.message)
        }
    }
}

/// An alert in the forms of logs.
struct SyslogText {
    let alert: Alert
    let hostName: String

    init(_ alert: Alert, hostName: String) {
        self.alert = alert
        self.hostName = hostName
    }

    /// syslog's own scale; Alert (1) is for now, and Notice (5) for the record.
    private var level: Int {
        switch alert.notice.severity {
        case .critical: 2
        case .warning: 4
        case .info: 5
        }
    }

    /// The facility daemon.
    private var priority: Int { 3 * 8 + level }

    private var line: String { OneLine.of(alert.notice.sentence.utf8, charactersMax: 4_000) }

    private var fields: [(String, String)] {
        let all: [(String, String?)] = [
            ("code", alert.notice.code.rawValue), ("severity", alert.notice.severity.rawValue),
            ("agent", alert.agent), ("alert", "\(alert.id)"),
            ("route", alert.notice.route?.name), ("pool", alert.notice.pool?.name),
            ("request", alert.notice.request.map { "\($0.number)" }),
            ("dns_name", alert.notice.name?.name), ("stage", alert.course.stage?.rawValue),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    /// RFC 5424; the structured data's id has IANA's number for examples, for we have none.
    var message: [UInt8] {
        let data = fields.map { name, value in
            let escaped = value.map { "\"\\]".contains($0) ? "\\\($0)" : String($0) }.joined()
            return " \(name)=\"\(escaped)\""
        }.joined()
        let head =
            "<\(priority)>1 \(alert.at) \(hostName) edgewarden \(getpid()) "
            + "\(alert.notice.code.rawValue) [edgewarden@32473\(data)]"
        // The mark says that the text is UTF-8.
        return Array("\(head) \u{FEFF}\(line)".utf8)
    }

    /// As syslog(3) writes it; the log stamps it itself.
    var local: [UInt8] {
        Array("<\(priority)>edgewarden[\(getpid())]: \(alert.notice.code.rawValue): \(line)".utf8)
    }

    /// journald's own protocol: one field a line.
    var journal: [UInt8] {
        var entry = [
            ("MESSAGE", line), ("PRIORITY", "\(level)"), ("SYSLOG_IDENTIFIER", "edgewarden"),
        ]
        entry += fields.map { ("EDGEWARDEN_" + $0.0.uppercased(), $0.1) }
        return Array(
            entry.map { name, value in "\(name)=\(OneLine.of(value.utf8, charactersMax: 4_000))\n" }
                .joined().utf8
        )
    }
}
