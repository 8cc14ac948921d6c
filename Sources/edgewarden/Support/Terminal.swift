import Glibc

/// The terminal, where there is one.
enum Terminal {
    /// The size of the terminal that standard output goes to; nil when it goes elsewhere.
    static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
            size.ws_row > 0
        else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Whether a person can read along what goes there.
    static func isAttended(_ voice: Voice) -> Bool {
        isatty(voice.isAside ? STDERR_FILENO : STDOUT_FILENO) == 1
    }
}
