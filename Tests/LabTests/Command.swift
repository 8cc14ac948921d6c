import Foundation
import Synchronization

/// What a finished program said.
struct CommandOutput: Sendable {
    var status: Int32
    var output: String
}

/// Runs a program to its end; standard output and error go to a file, so that servers which it
/// leaves behind cannot keep a pipe open.
func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    input: String = ""
) async throws -> CommandOutput {
    let folder = FileManager.default.temporaryDirectory
    let file = folder.appendingPathComponent("labtest-\(UUID().uuidString).out")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: file) }  // a leftover file does no harm
    let handle = try FileHandle(forWritingTo: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = handle
    process.standardError = handle
    let pipe = Pipe()
    process.standardInput = pipe
    let status = try await withCheckedThrowingContinuation { (waiting: Waiting) in
        process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
        do {
            try process.run()
            pipe.fileHandleForWriting.write(Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        } catch {
            process.terminationHandler = nil
            waiting.resume(throwing: error)
        }
    }
    try handle.close()
    return CommandOutput(
        status: status,
        output: String(decoding: try Data(contentsOf: file), as: UTF8.self)
    )
}

private typealias Waiting = CheckedContinuation<Int32, any Error>
