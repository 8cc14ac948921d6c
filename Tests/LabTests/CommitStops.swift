import FailoverCore
import FailoverEngine
import Foundation
import Journaling
import Testing

/// An agent that stops around every durable write of its journal, so that it can be looked at and
/// killed there, and nowhere else.
///
/// `Resources/stop-at-commit.c` does it, loaded into the agent.
struct CommitStops {
    /// Where the agent stops.
    enum Moment: String, CaseIterable {
        /// What was written is on disk.
        case after
        /// Nothing of the next write is.
        case before
    }

    private let agent: TestAgent
    private let library: String

    /// Builds the library for an agent.
    init(_ agent: TestAgent) async throws {
        self.agent = agent
        library = agent.folder + "/stop-at-commit.so"
        let source = Lab.root.path + "/Tests/LabTests/Resources/stop-at-commit.c"
        // Swift brings clang; any compiler of C will do.
        let compile = #"exec "$(command -v clang || command -v cc)" "$@""#
        let result = try await run(
            "/bin/sh",
            ["-c", compile, "sh", "-shared", "-fPIC", "-o", library, source]
        )
        try #require(result.status == 0, "\(result.output)")
    }

    /// Starts the agent; it stops nowhere before it is told to.
    func launch() throws {
        try agent.launch([
            "LD_PRELOAD": library, "STOP_FILE": "/journal.db-wal", "STOP_FOLDER": agent.folder,
        ])
    }

    /// From now on the agent stops at these moments.
    func arm(_ moments: Moment...) {
        for moment in moments {
            _ = FileManager.default.createFile(atPath: path(moment), contents: nil)
        }
    }

    /// From now on it stops nowhere; what stands goes on.
    func disarm() {
        for moment in Moment.allCases { unlink(path(moment)) }
        goOn()
    }

    /// Lets it go on to the next stop.
    func goOn() {
        if let process = agent.processID { kill(process, SIGCONT) }
    }

    private func path(_ moment: Moment) -> String { agent.folder + "/" + moment.rawValue }

    /// Waits until every thread of the agent stands; false when it never will, for the reason that
    /// is looked for now and then.
    func awaitStop(
        unless isOver: @autoclosure () -> Bool,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Bool {
        var looks = 0
        var stands = false
        try await eventually(
            "the agent stops at a write\n\(agent.log)",
            pause: .milliseconds(2),
            at: location
        ) {
            let process = try #require(agent.processID, "it runs")
            let folder = "/proc/\(process)/task"
            let threads = try FileManager.default.contentsOfDirectory(atPath: folder)
            stands = threads.allSatisfy { isStopped(folder + "/" + $0) }
            looks += 1
            return stands || looks.isMultiple(of: 100) && isOver()
        }
        return stands
    }

    private func isStopped(_ thread: String) -> Bool {
        // A thread that ended in between counts at the next look.
        guard let text = try? String(contentsOfFile: thread + "/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return false }
        return text[end...].dropFirst(2).first == "T"
    }

    /// A run as the disk has it now: what an agent would find that was killed at this moment.
    ///
    /// A copy is read, so that the index in memory, which a kill would lose, plays no part.
    func journal(of run: Int) async throws -> [RunEvent] {
        let files = FileManager.default
        let copy = agent.folder + "/copy"
        if files.fileExists(atPath: copy) { try files.removeItem(atPath: copy) }
        try files.createDirectory(
            atPath: copy,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        for name in [Journal.fileName, Journal.fileName + "-wal"] {
            try files.copyItem(
                atPath: agent.folder + "/state/" + name,
                toPath: copy + "/" + name
            )
        }
        let journal = try Journal(
            directory: copy,
            agent: "test",
            startedAt: Timestamp(millisecondsSinceEpoch: 0)
        )
        let events = try await journal.events(of: RunID(run)).map(\.event)
        try await journal.close()
        return events
    }
}
