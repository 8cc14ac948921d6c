import Glibc
import Synchronization

/// Ctrl-C while we wait: it ends the waiting, not what the agent does.
enum Interrupt {
    private static let flag = Atomic(false)

    /// From here on Ctrl-C is noted instead of ending the program.
    static func watch() {
        // Touched first: a lazy global must not be made inside a signal handler.
        _ = flag.load(ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupt.note() }
        // Without SA_RESTART, so that reading a line ends too.
        sigaction(SIGINT, &action, nil)
    }

    /// The same for an end that others ask for, where something has to be put back first.
    static func watchTermination() {
        watch()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupt.note() }
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGHUP, &action, nil)
    }

    /// From here on they end the program again.
    static func watchNoMore() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_DFL
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaction(number, &action, nil) }
    }

    /// Whether Ctrl-C was pressed.
    static var isSeen: Bool { flag.load(ordering: .relaxed) }

    private static func note() { flag.store(true, ordering: .relaxed) }
}
