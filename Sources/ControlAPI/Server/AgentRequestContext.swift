import FailoverCore
import Foundation
import Glibc
import Hummingbird
import NIOCore

/// A request with the person who sent it, as the kernel tells for a Unix socket.
struct AgentRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The Unix user at the other end; nil when the kernel does not tell.
    func person() async -> Person? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        // struct ucred: pid, uid and gid, four bytes each (unix(7), SO_PEERCRED).
        let credentials: PeerCredentials? = try? await provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: SO_PEERCRED)
        ).get()
        guard let uid = credentials?.user else { return nil }
        return Person(name: userName(uid) ?? "uid \(uid)", userID: uid)
    }
}

private struct PeerCredentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
}

/// The name of a Unix user; nil when there is none.
private func userName(_ uid: UInt32) -> String? {
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 4_096)
    guard getpwuid_r(uid, &entry, &buffer, buffer.count, &result) == 0, result != nil else {
        return nil
    }
    return String(cString: entry.pw_name)
}
