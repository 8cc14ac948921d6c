import Glibc
public import Logging

/// Writes one line per entry to standard error, with journald's level prefix when journald reads it.
public struct JournaldLogHandler: LogHandler {
    /// Added to every entry.
    public var metadata: Logger.Metadata = [:]
    /// Entries below it are dropped.
    public var logLevel: Logger.Level
    private let label: String
    private let hasPrefix: Bool

    /// Makes a handler.
    ///
    /// Of the parameters:
    /// - `level`: entries below it are dropped.
    /// - `isJournald`: whether to write `<N>` before each line (sd-daemon(3)).
    public init(label: String, level: Logger.Level, isJournald: Bool) {
        self.label = label
        logLevel = level
        hasPrefix = isJournald
    }

    /// One entry of metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an entry.
    public func log(event: LogEvent) {
        var all = metadata
        for (key, value) in event.metadata ?? [:] { all[key] = value }
        var line = hasPrefix ? "<\(priority(event.level))>" : "\(event.level): "
        line += printable("\(event.message)")
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(quoted("\(value)"))"
        }
        line += "\n"
        // A log that cannot be written must not stop the agent.
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    private func quoted(_ text: String) -> String {
        let text = printable(text)
        let isPlain = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isPlain
            ? text
            : "\""
                + text.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\\\"") + "\""
    }

    /// One line whatever comes in: control characters would forge lines.
    private func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
    }
}
