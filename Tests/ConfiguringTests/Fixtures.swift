import Configuring
import Foundation

/// The files beside the tests.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let example = folder.appending(path: "../../agent.conf.example").standardizedFileURL

    /// The names of the files in `Invalid/`, sorted.
    static let invalid: [String] = names(in: "Invalid")

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// The text of `Valid/two-sites.conf` with some words replaced; each has to be there.
    static func twoSites(_ changes: [(String, String)] = []) throws -> String {
        var text = try text("Valid/two-sites.conf")
        for (old, new) in changes {
            guard text.contains(old) else { throw MissingWords(words: old) }
            text = text.replacingOccurrences(of: old, with: new)
        }
        return text
    }

    /// A folder of the test's own under the system's temporary one; the caller removes it.
    static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "edgewarden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func names(in folder: String) -> [String] {
        let path = Fixtures.folder.appending(path: folder).path
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
    }

    struct MissingWords: Error {
        var words: String
    }
}

/// What the loader said of a text: nothing for a valid file without warnings.
func said(of text: String, file: String = "agent.conf") -> [Diagnostic] {
    do {
        return try ConfigurationLoader.parse(text, file: file).warnings
    } catch {
        return error.diagnostics
    }
}
