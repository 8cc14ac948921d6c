import Glibc
import Synchronization

/// Loopback addresses that no other test run on this machine uses, as far as process ids differ.
enum Loopback {
    private static let counter = Atomic(0)

    static func next() -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        let pid = Int(getpid())
        return "127.77.\(1 + pid % 254).\(1 + (pid / 254 + number) % 254)"
    }
}
