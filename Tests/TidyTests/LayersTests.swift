import Testing

@Suite
struct LayersTests {
    @Test
    func `no target imports what its layer may not`() throws {
        let found = Layers.violations(
            in: try Repository.swiftFiles("Sources"),
            table: Layers.table
        )
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `every target is in the table, and the table names no other`() throws {
        let folders = try Repository.folders(in: "Sources")
        #expect(folders.count > 10)
        #expect(Layers.table.map(\.folder).sorted() == folders)
    }

    @Test
    func `the table obeys the direction of the layers`() {
        let found = Layers.contradictions(in: Layers.table)
        #expect(found.isEmpty, "\(found)")
    }

    @Test
    func `the table allows nothing that no file needs`() throws {
        let found = Layers.unusedEntries(
            in: try Repository.swiftFiles("Sources"),
            table: Layers.table
        )
        #expect(found.isEmpty, "\(found)")
    }

    @Test
    func `pure targets use no concurrency, clock, randomness or output`() throws {
        let pure = Set(Layers.table.filter { $0.layer == .pure }.map(\.folder))
        let sources = try Repository.swiftFiles("Sources").filter { pure.contains($0.target) }
        #expect(sources.count > 20)
        let found = try sources.flatMap { try Words.findings(Words.forbiddenInPureTargets, in: $0) }
        #expect(found.isEmpty, "\(found.listed)")
    }
}

/// That the checks above can fail.
@Suite
struct LayersOnBadSamplesTests {
    private let table = [
        LayerRow("Core", .pure),
        LayerRow("Engine", .engine, targets: ["Core"], modules: ["Logging"]),
        LayerRow("Wires", .adapter, targets: ["Core", "Engine"]),
    ]

    @Test(arguments: [
        "import Foundation",
        "public import Foundation",
        "internal import Foundation",
        "@testable import Foundation",
        "@preconcurrency public import Foundation",
        "@_spi(Inner, Other) internal import Foundation",
        "@_exported import Foundation",
        "import struct Foundation.URL",
        "public import class Foundation.Process",
        "import Foundation.NSObject",
        "let a = 1; import Foundation",
        "    import   Foundation  // for dates",
        "#if os(Linux)\nimport Foundation\n#endif",
    ])
    func `an import is seen in every form`(text: String) {
        let source = SwiftSource(path: "Sources/Core/A.swift", text: text)
        let found = Layers.violations(in: [source], table: table)
        #expect(found.map(\.message) == ["Core (pure) may not import Foundation"])
    }

    @Test(arguments: [
        "// import Foundation",
        "/* import Foundation */",
        "let text = \"import Foundation\"",
        "let text = \"\"\"\n    import Foundation\n    \"\"\"",
        "func importFoundation() {}",
        "important.import(Foundation)",
    ])
    func `what only looks like an import is none`(text: String) {
        let source = SwiftSource(path: "Sources/Core/A.swift", text: text)
        #expect(Layers.violations(in: [source], table: table).isEmpty)
    }

    @Test
    func `what the table lists may be imported, and only that`() {
        let text = "import Core\npublic import Logging\n\nimport Wires\n"
        let source = SwiftSource(path: "Sources/Engine/Inner/A.swift", text: text)
        #expect(
            Layers.violations(in: [source], table: table) == [
                Finding(
                    path: "Sources/Engine/Inner/A.swift",
                    line: 4,
                    message: "Engine (engine) may not import Wires"
                )
            ]
        )
    }

    @Test
    func `a target that is not in the table is found`() {
        let source = SwiftSource(path: "Sources/Novel/A.swift", text: "import Core")
        let found = Layers.violations(in: [source], table: table)
        #expect(found.map(\.message) == ["the target Novel is not in the table of layers"])
    }

    @Test
    func `a table that breaks the direction is found`() {
        let bad = [
            LayerRow("Core", .pure, modules: ["Synchronization"]),
            LayerRow("Engine", .engine, targets: ["Core", "Wires"]),
            LayerRow("Wires", .adapter, targets: ["Pipes"]),
            LayerRow("Pipes", .adapter, targets: ["Nobody"], modules: ["Engine"]),
        ]
        #expect(
            Layers.contradictions(in: bad) == [
                "Core is pure and imports nothing",
                "Engine may not import Wires: it is not below",
                "Wires may not import Pipes: it is not below",
                "Pipes names Nobody, which is not in the table",
                "Pipes lists the target Engine among the modules",
            ]
        )
        #expect(Layers.contradictions(in: table).isEmpty)
    }

    @Test
    func `an entry that nothing uses is found`() {
        let source = SwiftSource(path: "Sources/Engine/A.swift", text: "import Core")
        #expect(
            Layers.unusedEntries(in: [source], table: Array(table.prefix(2))) == [
                "Engine may import Logging, and does not"
            ]
        )
    }

    @Test(arguments: [
        "func f() async {}", "await g()", "actor Bell {}", "ContinuousClock().now",
        "list.randomElement()", "list.shuffled()", "Int.random(in: 0...9)", "print(a)",
        "AsyncStream<Int>.makeStream()",
    ])
    func `impure words are found`(text: String) throws {
        let source = SwiftSource(path: "Sources/Core/A.swift", text: text)
        #expect(try Words.findings(Words.forbiddenInPureTargets, in: source).count == 1)
    }

    @Test(arguments: [
        "list.randomElement(using: &generator)", "Int.random(in: 0...9, using: &generator)",
        "let task = 1", "case dump(Int)  // async", "let text = \"await\"",
        "let fingerprint = f(a)",
    ])
    func `pure words are not`(text: String) throws {
        let source = SwiftSource(path: "Sources/Core/A.swift", text: text)
        let found = try Words.findings(Words.forbiddenInPureTargets, in: source)
        #expect(found.isEmpty, "\(found)")
    }
}

extension [Finding] {
    /// One finding per line, for a failure's message.
    var listed: String { map { "\n  \($0)" }.joined() }
}
