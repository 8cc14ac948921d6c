import ControlAPI
import Glibc

/// Writes whole lines at once, so that a reader of a pipe sees each as it happens.
enum Output {
    /// A line on standard output.
    static func line(_ text: String = "") { write(text + "\n", to: STDOUT_FILENO) }

    /// A line on standard error.
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// A sentence on standard error, broken for a person's terminal and whole for a program.
    static func errorSentence(_ text: String) {
        guard isatty(STDERR_FILENO) == 1, !text.hasPrefix(" ") else {
            error(text)
            return
        }
        for line in Text.wrapped(text) { error(line) }
    }

    /// Text as it is on standard output: what draws on a terminal.
    static func text(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Text without an end of line, as a prompt, on standard error.
    static func prompt(_ text: String) { write(text, to: STDERR_FILENO) }

    /// A value as JSON on standard output: sorted, with snake_case names, for people and programs.
    static func json(_ value: some Encodable) {
        do {
            line(String(decoding: try WireCoding.encode(value, pretty: true), as: UTF8.self))
        } catch {
            preconditionFailure("a value of ours cannot be written as JSON: \(error)")
        }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // Whoever read this has gone; there is nobody left to tell.
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

/// Where a command's words for people go: standard error when standard output is kept for JSON.
struct Voice {
    let isAside: Bool

    func say(_ text: String = "") {
        if isAside { Output.error(text) } else { Output.line(text) }
    }

    /// Text as it is, without an end of line.
    func write(_ text: String) { isAside ? Output.prompt(text) : Output.text(text) }

    func say(_ lines: [String]) {
        for line in lines { say(line) }
    }
}
