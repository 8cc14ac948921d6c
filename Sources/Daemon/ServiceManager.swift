import Glibc

/// Tells systemd how the service is (sd_notify(3)); does nothing when systemd did not start us.
struct ServiceManager: Sendable {
    private let address: String?

    /// - Parameter environment: the process's; `NOTIFY_SOCKET` names where to.
    init(environment: [String: String]) {
        address = environment["NOTIFY_SOCKET"]
    }

    /// How often systemd wants a sign of life: half of `WATCHDOG_USEC`; nil when it wants none.
    static func watchdogInterval(environment: [String: String]) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text),
            microseconds > 0
        else { return nil }
        if let pid = environment["WATCHDOG_PID"], pid != String(getpid()) { return nil }
        return .microseconds(microseconds / 2)
    }

    /// Sends lines such as `READY=1`.
    func notify(_ text: String) {
        guard let address, address.utf8.count < 108, let first = address.utf8.first else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        // A leading @ stands for the abstract namespace.
        if first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let message = Array(text.utf8)
        // Best effort by design: a lost notification is systemd's watchdog's business.
        _ = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, 0, $0, length)
            }
        }
    }
}
