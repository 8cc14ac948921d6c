import Foundation

/// What the package's manifest says of its targets, read as text.
struct Manifest {
    /// Modules that come with the toolchain and need no dependency.
    private static let toolchain: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Testing",
    ]

    private let text: String
    /// The products that the manifest gives short names: `let nio = .product(name: "NIOCore", …)`.
    private let products: [String: String]

    init(text: String) {
        self.text = text
        var products: [String: String] = [:]
        for part in "\n\(text)".components(separatedBy: "\nlet ").dropFirst() {
            let name = part.prefix { $0.isLetter || $0.isNumber }
            guard let product = part.components(separatedBy: ".product(").dropFirst().first,
                let quoted = Self.quoted(after: "name:", in: product)
            else { continue }
            products[String(name)] = quoted
        }
        self.products = products
    }

    /// Folders below `Sources` that no target is made of.
    func missingTargets(folders: [String]) -> [String] {
        folders.filter { declaration(of: $0) == nil }
    }

    /// The modules that the target of a folder declares as dependencies; nil without such a target.
    func dependencies(of folder: String) -> Set<String>? {
        guard let declaration = declaration(of: folder) else { return nil }
        guard let list = declaration.components(separatedBy: "dependencies: [").dropFirst().first
        else { return [] }
        let names = list.prefix { $0 != "]" }.split { $0 == "," || $0.isWhitespace }
        return Set(
            names.map { name in
                name.hasPrefix("\"")
                    ? String(name.dropFirst().dropLast())
                    : products[String(name)]
                        ?? String(name)
            }
        )
    }

    /// Imports of siblings and products that the manifest does not declare: they may build, or not,
    /// by the order in which targets happen to be built.
    func undeclaredImports(in sources: [SwiftSource]) -> [Finding] {
        Dictionary(grouping: sources, by: \.target).sorted { $0.key < $1.key }
            .flatMap { target, sources in
                let declared = (dependencies(of: target) ?? []).union(Self.toolchain)
                return sources.flatMap { source in
                    Imports.all(in: source).filter { !declared.contains($0.module) }.map { found in
                        let message = "Package.swift does not let \(target) import \(found.module)"
                        return Finding(path: source.path, line: found.line, message: message)
                    }
                }
            }
    }

    /// The text of the target that is made of a folder.
    private func declaration(of folder: String) -> String? {
        text.replacing(".systemLibrary(", with: ".target(")
            .components(separatedBy: "arget(")
            .dropFirst()
            .map(Self.untilClosed)
            .first { Self.isMade($0, of: folder) }
    }

    private static func isMade(_ declaration: String, of folder: String) -> Bool {
        declaration.contains("path: \"Sources/\(folder)\"")
            || (quoted(after: "name:", in: declaration) == folder && !declaration.contains("path:"))
    }

    private static func untilClosed(_ text: String) -> String {
        var depth = 1
        return String(
            text.prefix { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth > 0
            }
        )
    }

    private static func quoted(after label: String, in text: String) -> String? {
        guard let rest = text.components(separatedBy: label).dropFirst().first else { return nil }
        let parts = rest.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : nil
    }
}
