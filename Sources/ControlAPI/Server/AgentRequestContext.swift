import FailoverCore
import Glibc
import Hummingbird
import NIOCore

/// A request with the person who sent it.
struct AgentRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; nil before the ``Doorkeeper`` knows.
    var caller: Caller?
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The Unix user at the other end of a Unix socket, as the kernel tells; nil when it does not.
    func peer() async -> Caller? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        // struct ucred: pid, uid and gid, four bytes each (unix(7), SO_PEERCRED).
        let credentials: PeerCredentials? = try? await provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: SO_PEERCRED)
        ).get()
        guard let credentials else { return nil }
        return UnixAccounts.caller(user: credentials.user, group: credentials.group)
    }
}

private struct PeerCredentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
}

/// Users and groups of this machine.
enum UnixAccounts {
    /// A user with every group of the account.
    static func caller(user: UInt32, group: UInt32) -> Caller {
        guard let name = userName(user) else {
            // No account, so no further groups.
            let groups = groupName(group).map { [$0] } ?? []
            return Caller(person: Person(name: "uid \(user)", userID: user), groups: Set(groups))
        }
        return Caller(person: Person(name: name, userID: user), groups: groups(of: name, group))
    }

    /// The owner of a token, with the groups of the account of that name, if there is one.
    static func caller(named name: String) -> Caller {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4_096)
        let isKnown = getpwnam_r(name, &entry, &buffer, buffer.count, &result) == 0 && result != nil
        // Without a user id: a token is no Unix user, least of all root.
        return Caller(
            person: Person(name: name),
            groups: isKnown ? groups(of: name, entry.pw_gid) : []
        )
    }

    /// The names of all groups of an account.
    private static func groups(of user: String, _ primary: UInt32) -> Set<String> {
        var ids = [gid_t](repeating: 0, count: 64)
        var count = Int32(ids.count)
        if getgrouplist(user, primary, &ids, &count) < 0 {
            // It says how many there are.
            ids = [gid_t](repeating: 0, count: Int(max(count, 1)))
            count = Int32(ids.count)
            guard getgrouplist(user, primary, &ids, &count) >= 0 else { return [] }
        }
        return Set(ids.prefix(Int(count)).compactMap(groupName))
    }

    private static func userName(_ id: UInt32) -> String? {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4_096)
        guard getpwuid_r(id, &entry, &buffer, buffer.count, &result) == 0, result != nil else {
            return nil
        }
        return String(cString: entry.pw_name)
    }

    private static func groupName(_ id: UInt32) -> String? {
        var entry = group()
        var result: UnsafeMutablePointer<group>?
        // A group with many members needs room for all their names.
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard getgrgid_r(id, &entry, &buffer, buffer.count, &result) == 0, result != nil else {
            return nil
        }
        return String(cString: entry.gr_name)
    }
}
