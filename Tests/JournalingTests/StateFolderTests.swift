import Glibc
import Testing

@testable import Journaling

@Suite struct StateFolderTests {
    private func scratch(_ body: (Scratch) throws -> Void) throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try body(scratch)
    }

    @Test func `a folder that is not there is absent, and is not made`() throws {
        try scratch { scratch in
            #expect(StateFolder(at: scratch.state) == .absent)
            #expect(access(scratch.state, F_OK) != 0)
        }
    }

    @Test func `a folder is free before an agent took it and after that one is gone`() throws {
        try scratch { scratch in
            #expect(StateFolder(at: scratch.path) == .free)
            #expect(access(scratch.path + "/agent.lock", F_OK) != 0, "it makes nothing")
            do { _ = try openJournal(scratch.state) }
            #expect(access(scratch.state + "/agent.lock", F_OK) == 0)
            #expect(StateFolder(at: scratch.state) == .free)
        }
    }

    @Test func `who has it is told in their own words, and keeps it`() throws {
        try scratch { scratch in
            let journal = try openJournal(scratch.state)
            for _ in 1...2 {
                guard case .held(let holder) = StateFolder(at: scratch.state) else {
                    Issue.record("it is not held")
                    return
                }
                #expect(holder.hasPrefix("agent ") && holder.contains("process \(getpid())"))
            }
            withExtendedLifetime(journal) {}
        }
    }

    @Test func `a look keeps no agent from starting`() throws {
        try scratch { scratch in
            do { _ = try openJournal(scratch.state) }
            #expect(StateFolder(at: scratch.state) == .free)
            #expect(throws: Never.self) { try openJournal(scratch.state) }
        }
    }

    @Test func `what no agent can use is told with the reason`() throws {
        try scratch { scratch in
            #expect(chmod(scratch.path, 0o770) == 0)
            guard case .unusable(let open) = StateFolder(at: scratch.path) else {
                Issue.record("others may write there")
                return
            }
            #expect(open.contains("chmod 0750 \(scratch.path)"))
            #expect(chmod(scratch.path, 0o700) == 0)
            #expect(symlink("/nowhere", scratch.path + "/agent.lock") == 0)
            guard case .unusable(let link) = StateFolder(at: scratch.path) else {
                Issue.record("a link is no lock")
                return
            }
            #expect(link.hasPrefix(scratch.path + "/agent.lock: "))
            guard case .unusable(let file) = StateFolder(at: "/dev/null") else {
                Issue.record("a device is no folder")
                return
            }
            #expect(file.contains("is not a directory"))
        }
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is closed to root"))
    func `what only root may look into is closed`() throws {
        try scratch { scratch in
            #expect(mkdir(scratch.state, 0o700) == 0 && chmod(scratch.path, 0) == 0)
            #expect(StateFolder(at: scratch.state) == .closed)
            #expect(chmod(scratch.path, 0o700) == 0)
        }
    }
}
