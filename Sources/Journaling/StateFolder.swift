import FailoverEngine
import Glibc

/// A state directory seen from outside, as a person at the terminal sees it.
public enum StateFolder: Sendable, Hashable {
    /// It is not there yet.
    case absent
    /// An agent can take it.
    case free
    /// A running agent has it, in that one's own words.
    case held(String)
    /// No agent can use it, in a sentence.
    case unusable(String)
    /// Only root and the agent's user may look into it.
    case closed

    /// Looks at a directory; makes and changes nothing.
    public init(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            self = errno == ENOENT ? .absent : errno == EACCES ? .closed : .unusable(Self.why(path))
            return
        }
        do throws(JournalFailure) {
            try StateDirectory.judge(status, path)
        } catch {
            self = .unusable(error.message)
            return
        }
        let file = path + "/" + StateDirectory.lockName
        let descriptor = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            self = errno == ENOENT ? .free : errno == EACCES ? .closed : .unusable(Self.why(file))
            return
        }
        defer { close(descriptor) }
        // Shared, for the blink of a look; an agent that starts in that very blink is started again.
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
            flock(descriptor, LOCK_UN)
            self = .free
        } else if errno == EWOULDBLOCK {
            self = .held(StateDirectory.holder(descriptor))
        } else {
            self = .unusable(Self.why(file))
        }
    }

    private static func why(_ path: String) -> String {
        "\(path): \(String(cString: strerror(errno)))"
    }
}
