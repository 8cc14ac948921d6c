import Foundation

/// The example file of the repository, and variations of it.
enum Example {
    /// The repository's root.
    static var repository: String {
        URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
    }

    /// Its path.
    static var path: String { repository + "/agent.conf.example" }

    /// Its text with another socket.
    static func text(socket: String) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line in
            line.drop { $0 == " " }.hasPrefix("socket:") ? "  socket: \(socket)" : String(line)
        }.joined(separator: "\n")
    }

    /// Its text with one piece exchanged.
    static func text(replacing piece: String, with other: String) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.replacingOccurrences(of: piece, with: other)
    }
}
