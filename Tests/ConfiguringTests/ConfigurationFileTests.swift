import Configuring
import Foundation
import Testing

@Suite struct ConfigurationFileTests {
    private func load(_ bytes: Data) throws -> [Diagnostic] {
        let folder = try Fixtures.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "agent.conf")
        try bytes.write(to: file)
        do {
            return try ConfigurationLoader.load(path: file.path).warnings
        } catch {
            return error.diagnostics
        }
    }

    @Test func `a file that is not there is named`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader.load(path: "/nowhere/agent.conf")
        }
        #expect(
            error?.description
                == "/nowhere/agent.conf: the configuration cannot be read: there is no such file"
        )
        #expect(error?.diagnostics.map(\.code) == [.unreadable])
    }

    @Test func `a directory is not a file`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader.load(path: "/tmp")
        }
        #expect(error?.description.hasSuffix("it is a directory") == true)
    }

    @Test func `a file that is not UTF-8 is refused with the line`() throws {
        let diagnostics = try load(Data("agent:\n  name: Z".utf8) + [0xFC] + Data("rich\n".utf8))
        #expect(diagnostics.map(\.code) == [.unreadable])
        #expect(diagnostics.first?.line == 2)
    }

    @Test func `a file that never ends is cut off`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader.load(path: "/dev/zero")
        }
        #expect(error?.diagnostics.first?.code == .unreadable)
        #expect(error?.description.contains("larger than 256 KiB") == true)
    }

    @Test func `a good file loads from disk`() throws {
        #expect(try load(Data(Fixtures.twoSites().utf8)).isEmpty)
    }

    @Test func `places are told with the path as it was given`() throws {
        let diagnostics = said(of: "agent: {}\n", file: "etc/../agent.conf")
        #expect(diagnostics.last?.description.hasPrefix("etc/../agent.conf:1:1: ") == true)
    }
}
