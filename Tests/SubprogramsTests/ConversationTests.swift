import Foundation
import Testing

@testable import Subprograms

@Suite struct ConversationTests {
    /// Starts a script of the shell's.
    private func shell(_ script: String, _ arguments: String...) -> Conversation {
        .start(["/bin/sh", "-c", script, "sh"] + arguments, grace: .milliseconds(200))
    }

    /// Reads until so many bytes have come, or the output ends.
    private func read(_ count: Int, from conversation: Conversation) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let part = try await conversation.read() { bytes += part }
        return bytes
    }

    /// The program's number, which it says in its first line.
    private func process(_ conversation: Conversation) async throws -> pid_t {
        var line = ""
        while !line.hasSuffix("\n") {
            let part = try #require(try await conversation.read())
            line += String(decoding: part, as: UTF8.self)
        }
        return try #require(pid_t(line.dropLast()))
    }

    @Test func `question and answer go to and fro, and the end of input ends the program`()
        async throws
    {
        let program = shell("while read line; do echo \"<$line>\"; done; echo over >&2; exit 3")
        for word in ["one", "two"] {
            #expect(program.write(Array("\(word)\n".utf8)))
            let answer = try await read(word.utf8.count + 3, from: program)
            #expect(String(decoding: answer, as: UTF8.self) == "<\(word)>\n")
        }
        #expect(!program.isOver)
        program.finishInput()
        #expect(try await program.read() == nil)
        let (ending, words) = await program.end()
        #expect(ending == .exited(3) && words == Array("over\n".utf8))
    }

    @Test func `more than fits unread waits at the program, and none is lost`() async throws {
        let size = 3 * Conversation.unreadBytesMax
        let program = shell("head -c \(size) /dev/zero")
        #expect(try await read(size + 1, from: program).count == size)
        #expect(await program.end().ending == .exited(0))
    }

    @Test func `a program that says more than anybody reads is ended`() async {
        let program = shell("while echo hello; do :; done")
        #expect(await program.end().ending == .signalled(15))
    }

    @Test func `a program and a child that ignore SIGTERM are gone after the end`() async throws {
        let program = shell("trap '' TERM; sleep 600 & echo $!; wait; wait")
        let child = try await process(program)
        #expect(kill(child, 0) == 0)
        #expect(await program.end().ending == .signalled(9))
        #expect(await isGone(child))
        // Again does nothing.
        #expect(await program.end().ending == .signalled(9))
    }

    @Test func `writing to a program that has ended is refused`() async throws {
        let program = shell("exit 0")
        #expect(try await program.read() == nil)
        await program.end()
        #expect(!program.write([10]))
    }

    @Test func `a program that is not there has no output and says so at its end`() async throws {
        let program = Conversation.start(["/no/such/program"], grace: .milliseconds(200))
        #expect(try await program.read() == nil)
        guard case .notStarted = await program.end().ending else {
            Issue.record("it was started")
            return
        }
    }

    @Test func `an interruption ends the reading for good`() async throws {
        let program = shell("echo $$; cat")
        let number = try await process(program)
        await withTaskGroup { group in
            group.addTask { program.interrupt() }
            await #expect(throws: Conversation.Interruption.interrupted) {
                try await program.read()
            }
        }
        await #expect(throws: Conversation.Interruption.interrupted) { try await program.read() }
        #expect(program.isInterrupted && !program.isOver)
        await program.end()
        #expect(await isGone(number))
    }

    @Test func `a cancelled task reads no more, and can still end the program`() async throws {
        let program = shell("echo $$; cat")
        let number = try await process(program)
        let outcome = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do throws(Conversation.Interruption) {
                    _ = try await program.read()
                    return false
                } catch {
                    await program.end()
                    return error == .cancelled
                }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(outcome)
        #expect(await isGone(number))
    }
}
