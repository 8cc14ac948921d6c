import Foundation

/// The files of this repository that may be committed, found without git: a copy without its
/// history is checked alike.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent()  // Reading
        .deletingLastPathComponent()  // TidyTests
        .deletingLastPathComponent()  // Tests
        .deletingLastPathComponent()

    /// The text of one file.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The Swift files below folders of the root, by path; read once.
    static func swiftFiles(_ folders: String...) throws -> [SwiftSource] {
        try sources.get().filter { source in
            folders.contains { source.path.hasPrefix("\($0)/") }
        }
    }

    private static let sources = Result {
        try ["Sources", "Tests"].flatMap { try paths(below: $0) }
            .filter { $0.hasSuffix(".swift") }
            .map { SwiftSource(path: $0, text: try text($0)) }
    }

    /// The files below a folder of the root that are not made by a build, a set-up or a lab.
    static func paths(below folder: String = "") throws -> [String] {
        let base = root.appending(path: folder)
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: base.path()).sorted() {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard !isMade(path, name: name) else { continue }
            let values = try base.appending(path: name).resourceValues(
                forKeys: [.isDirectoryKey, .isRegularFileKey]
            )
            if values.isDirectory == true {
                found += try paths(below: path)
            } else if values.isRegularFile == true {
                found.append(path)
            }
        }
        return found
    }

    /// The names of the folders right below a folder of the root.
    static func folders(in folder: String) throws -> [String] {
        let names = try paths(below: folder).map { path in
            path.split(separator: "/").dropFirst(folder.split(separator: "/").count)
        }
        return Set(names.filter { $0.count > 1 }.compactMap(\.first).map(String.init)).sorted()
    }

    /// What .gitignore names, and git's own folder.
    private static func isMade(_ path: String, name: String) -> Bool {
        let names: Set = [
            ".git", ".swiftpm", ".venv", "__pycache__", "Package.resolved", ".DS_Store",
        ]
        return names.contains(name) || name.hasPrefix(".build") || name.hasSuffix(".pyc")
            || path.hasPrefix("lab/state")
    }
}
