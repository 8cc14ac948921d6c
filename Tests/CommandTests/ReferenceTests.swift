import Foundation
import Testing

/// The pages that are written from the program.
@Suite struct ReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `docs/commands.md is what the program says of its commands`() async throws {
        let help = try await Command("--experimental-dump-help").run()
        try #require(help.status == 0)
        let folder = try ScratchFolder()
        let file = try folder.write(help.output, to: "help.json")
        let process = Process()
        process.executableURL = Self.root.appending(path: "scripts/packaging/reference.py")
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let page = try String(
            contentsOf: Self.root.appending(path: "docs/commands.md"),
            encoding: .utf8
        )
        #expect(
            String(decoding: text, as: UTF8.self) == page,
            "run scripts/reference after a build, and look at what it changed"
        )
    }
}
