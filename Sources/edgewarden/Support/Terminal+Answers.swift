import FailoverCore
import Glibc

/// Answers typed at the terminal. Ctrl-C and an end that others ask for end the waiting; what was
/// changed of the terminal is put back before anything else happens.
extension Terminal {
    /// Whether a person can be asked: questions go to standard error, answers come from input.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks for a word; Ctrl-C goes on being noted, and ends the waiting.
    ///
    /// - Returns: the line without blanks; nil when the input ended or on Ctrl-C.
    static func ask(_ question: String) -> String? {
        Output.prompt("\n\(question) ")
        do throws(CommandFailure) {
            return try answer().filter { !$0.isWhitespace }
        } catch {
            // It says nothing that the caller does not say better.
            Output.prompt("\n")
            return nil
        }
    }

    /// Asks for a line.
    ///
    /// - Returns: the line without blanks around it.
    /// - Throws: `declined` when the input ended or on Ctrl-C.
    static func line(_ question: String) throws(CommandFailure) -> String {
        Output.prompt("\(question): ")
        Interrupt.watchTermination()
        defer { Interrupt.watchNoMore() }
        do throws(CommandFailure) {
            return trimmed(try answer())
        } catch {
            Output.prompt("\n")
            throw error
        }
    }

    /// Asks for something that is not shown while it is typed.
    ///
    /// - Returns: the line as it was typed.
    /// - Throws: `declined` when the input ended or on Ctrl-C.
    static func secret(_ question: String) throws(CommandFailure) -> Secret {
        Output.prompt("\(question) (not shown): ")
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else {
            throw CommandFailure(.no, "the terminal's echo cannot be turned off")
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // Signals are noted from here on, so that none ends us before the echo is back.
        Interrupt.watchTermination()
        defer { Interrupt.watchNoMore() }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else {
            throw CommandFailure(.no, "the terminal's echo cannot be turned off")
        }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        defer { Output.prompt("\n") }
        return Secret(try answer())
    }

    /// A line from standard input; an end is noted by ``Interrupt``.
    private static func answer() throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        // Not by readLine(), which begins anew after a signal; and with a look at the flag now and
        // then, because a signal may interrupt another thread than this.
        while !Interrupt.isSeen, bytes.count < 65_536 {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, 100) > 0 else { continue }
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        if !Interrupt.isSeen, !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        throw CommandFailure(.declined, "Stopped; nothing was written.")
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace)).trimmedAtEnd
    }
}
