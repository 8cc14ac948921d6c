import Foundation
import Testing

@testable import Subprograms

/// A folder of the test's own.
private struct Folder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/edgewarden-subprogram-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func written(_ file: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
    }

    /// The number of a process that wrote it down.
    func process(_ file: String) throws -> pid_t {
        let text = try written(file).trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(pid_t(text))
    }

    deinit {
        // A folder that is left in /tmp harms no later test.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Whether the process is gone, or at most waits to be reaped; a killed one may take a moment.
func isGone(_ process: pid_t) async -> Bool {
    func isAlive() -> Bool {
        // "PID (NAME) STATE …"; the file is not there when the process is not.
        let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        guard let fields = stat?.split(separator: ")").last?.split(separator: " ") else {
            return false
        }
        return fields.first != "Z"
    }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(5)
    while isAlive() {
        guard clock.now < deadline else { return false }
        await Task.yield()
    }
    return true
}

/// A script of the shell's, whose first argument is a folder.
private func shell(
    _ script: String,
    in folder: String = "/tmp",
    timeout: Duration = .seconds(30),
    kept: Subprogram.Kept = .beginning
) -> Subprogram {
    Subprogram(
        command: ["/bin/sh", "-c", script, "sh", folder],
        timeout: timeout,
        grace: .milliseconds(200),
        kept: kept
    )
}

@Suite struct SubprogramTests {
    @Test func `a program gets its input whole, and its end is told`() async throws {
        let folder = try Folder()
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        let program = shell("wc -c > $1/count; echo yes; exit 3", in: folder.path)
        let report = try await program.run(input: input)
        let words = Array("yes\n".utf8)
        #expect(
            report
                == .init(ending: .exited(3), isLate: false, isCancelled: false, words: words)
        )
        #expect(try folder.written("count").contains("60000"))
    }

    @Test(arguments: [9, 15])
    func `a signal is told apart from an exit code`(signal: Int) async throws {
        let report = try await shell("kill -\(signal) $$").run(input: [])
        #expect(report.ending == .signalled(signal))
    }

    @Test func `a program that reads nothing is fine, however often`() async throws {
        for _ in 0..<20 {
            let report = try await shell("exec <&-; exit 0").run(input: Array("unread".utf8))
            #expect(report.ending == .exited(0))
        }
    }

    @Test func `what a pipe does not take at once never starts the program`() async throws {
        let folder = try Folder()
        let program = shell("touch $1/started", in: folder.path)
        await #expect(throws: Subprogram.Failure.self) {
            try await program.run(input: [UInt8](repeating: 0, count: 200_000))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/started"))
    }

    @Test(arguments: ["/nowhere/tool", "/etc/passwd", "/tmp"])
    func `a program that cannot be run is not started`(path: String) async throws {
        let program = Subprogram(
            command: [path],
            timeout: .seconds(10),
            grace: .seconds(1),
            kept: .beginning
        )
        do {
            _ = try await program.run(input: [])
            Issue.record("\(path) is no program")
        } catch {
            guard case .notStarted(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!reason.isEmpty)
        }
    }

    @Test(arguments: [[:], ["ONE": "1", "TWO": "two words"]])
    func `the environment is what was given and nothing else`(
        environment: [String: String]
    ) async throws {
        let program = Subprogram(
            command: ["/bin/sh", "-c", "/usr/bin/env"],
            environment: environment,
            timeout: .seconds(10),
            grace: .seconds(1),
            kept: .beginning
        )
        let report = try await program.run(input: [])
        let lines = String(decoding: report.words, as: UTF8.self).split(separator: "\n")
        // PWD, SHLVL and _ are the shell's own.
        let given = lines.filter { line in
            !["PWD=", "OLDPWD=", "SHLVL=", "_="].contains { line.hasPrefix($0) }
        }
        #expect(given.sorted() == environment.map { "\($0)=\($1)"[...] }.sorted())
        #expect(lines.contains("PWD=/"))
    }

    // MARK: Words

    @Test(arguments: [
        (Subprogram.Kept.beginning, "out 1\nerr 1\n"), (.endOfErrors, "err 1\n"),
    ])
    func `output counts where it was asked for`(
        kept: Subprogram.Kept,
        words: String
    ) async throws {
        let report = try await shell("echo out 1; echo err 1 >&2", kept: kept).run(input: [])
        #expect(String(decoding: report.words, as: UTF8.self) == words)
    }

    @Test(arguments: [
        (Subprogram.Kept.beginning, "first\n", "talk\n"),
        (.endOfErrors, "talk\n", "last\n"),
    ])
    func `a chatty program neither blocks nor fills memory`(
        kept: Subprogram.Kept,
        start: String,
        end: String
    ) async throws {
        let script = """
            echo first; echo first >&2; i=0
            while [ $i -lt 40000 ]; do echo 'talk'; echo 'talk' >&2; i=$((i+1)); done
            echo last; echo last >&2; exit 4
            """
        let report = try await shell(script, kept: kept).run(input: [])
        #expect(report.ending == .exited(4))
        #expect(report.words.count == Subprogram.keptBytesMax)
        let words = String(decoding: report.words, as: UTF8.self)
        if kept == .beginning { #expect(words.hasPrefix(start)) }
        if kept == .endOfErrors { #expect(words.hasSuffix(end)) }
        #expect(words.contains("talk\ntalk\n"))
    }

    // MARK: The group

    /// Runs `Peers/stubborn.sh` and gives its grandchild's number.
    private func stubborn(
        _ behaviour: String,
        timeout: Duration,
        _ check: (Subprogram, String) async throws -> Void
    ) async throws -> pid_t {
        let script =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
            + "/Peers/stubborn.sh"
        let folder = try Folder()
        try behaviour.write(toFile: folder.path + "/behaviour", atomically: true, encoding: .utf8)
        mkfifo(folder.path + "/fifo", 0o600)
        mkfifo(folder.path + "/fifo2", 0o600)
        let program = Subprogram(
            command: [script, folder.path],
            timeout: timeout,
            grace: .milliseconds(200),
            kept: .beginning
        )
        try await check(program, folder.path)
        return try folder.process("grandchild")
    }

    @Test(arguments: [
        ("hang", Subprogram.Ending.signalled(9)), ("polite", .exited(7)),
    ])
    func `after the time-out the whole group is gone`(
        behaviour: String,
        ending: Subprogram.Ending
    ) async throws {
        let grandchild = try await stubborn(behaviour, timeout: .seconds(3)) { program, _ in
            let report = try await program.run(input: [])
            #expect(report.isLate)
            #expect(!report.isCancelled)
            #expect(report.ending == ending)
        }
        #expect(await isGone(grandchild))
    }

    @Test func `what a good program left behind is gone and does not hold it up`() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let grandchild = try await stubborn("leave", timeout: .seconds(60)) { program, _ in
            let report = try await program.run(input: [])
            #expect(report.ending == .exited(0))
            #expect(!report.isLate)
        }
        #expect(await isGone(grandchild))
        #expect(clock.now - begin < .seconds(50))
    }

    @Test func `one that fled the group with our pipe does not hold the answer up`() async throws {
        let folder = try Folder()
        let script = """
            setsid sh -c 'echo $$ > $0/new; mv $0/new $0/fled; exec sleep 600' $1 &
            while [ ! -e $1/fled ]; do :; done; echo 'no way' >&2; exit 1
            """
        let start = ContinuousClock.now
        let program = shell(script, in: folder.path, kept: .endOfErrors)
        let report = try await program.run(input: [])
        kill(try folder.process("fled"), SIGKILL)
        #expect(String(decoding: report.words, as: UTF8.self) == "no way\n")
        #expect(ContinuousClock.now - start < .seconds(25))
    }

    @Test func `cancelling ends the whole group`() async throws {
        let grandchild = try await stubborn("hang", timeout: .seconds(60)) { program, folder in
            let report = try await withThrowingTaskGroup(of: Subprogram.Report.self) { group in
                group.addTask { try await program.run(input: []) }
                while !FileManager.default.fileExists(atPath: folder + "/grandchild") {
                    await Task.yield()
                }
                group.cancelAll()
                return try await group.next()
            }
            #expect(report?.isCancelled == true)
            #expect(report?.isLate == false)
        }
        #expect(await isGone(grandchild))
    }
}

@Suite struct TailTests {
    @Test(arguments: [1, 1_000, 4_096, 5_000])
    func `of much that is said the last part is kept`(_ size: Int) {
        var tail = Tail()
        for byte in UInt8(0)..<10 {
            tail.append([UInt8](repeating: byte, count: size))
        }
        #expect(tail.bytes.count == min(10 * size, Subprogram.keptBytesMax))
        #expect(tail.bytes.suffix(size).allSatisfy { $0 == 9 })
    }
}
