import Testing

@Suite
struct WordsTests {
    @Test
    func `sources hold no traps and start no tasks that nobody awaits`() throws {
        let found = try Repository.swiftFiles("Sources")
            .flatMap { try Words.findings(Words.forbiddenInSources, in: $0) }
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `work to be done is not left in comments`() throws {
        let found = try Repository.swiftFiles("Sources", "Tests").flatMap(Words.promises)
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `every escape from the compiler's checks is explained on the line before`() throws {
        let found = try Repository.swiftFiles("Sources").flatMap(Words.unexplainedEscapes)
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `tests wait for events, not for time`() throws {
        let found = try Repository.swiftFiles("Tests")
            .flatMap { try Words.findings(Words.forbiddenInTests, in: $0) }
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `every exception is still needed`() throws {
        let sources = try Repository.swiftFiles("Sources", "Tests")
        let rules = Words.forbiddenInSources + Words.forbiddenInTests
        #expect(try Words.staleExceptions(rules, in: sources).isEmpty)
    }

    @Test
    func `files name no folder and no address of anybody's own`() throws {
        let found = try Repository.paths().flatMap { path -> [Finding] in
            guard let text = try? Repository.text(path) else { return [] }  // not a text
            return try Places.findings(in: text, path: path)
        }
        #expect(found.isEmpty, "\(found.listed)")
    }
}

/// That the checks above can fail.
@Suite
struct WordsOnBadSamplesTests {
    @Test(arguments: [
        "let a = try! f()", "let a = b as! C", "fatalError(\"no\")", "Task { await f() }",
        "Task<Void, Never> { }", "Task(priority: .low) { }", "_ = Task.detached { }",
        "Task.immediate { }", "let a = Task.init { }", "let a = \"\\(try! f())\"",
    ])
    func `traps and tasks are found`(text: String) throws {
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        let found = try Words.findings(Words.forbiddenInSources, in: source)
        #expect(found.map(\.line) == [1])
    }

    @Test(arguments: [
        "group.addTask { }", "let tasks: [Task<Void, Never>] = []", "withUnsafeCurrentTask { }",
        "try f()", "a as? B", "// fatalError(", "let text = \"Task { }\"", "Task.isCancelled",
        "MyTask { }", "await Task.yield()",
    ])
    func `what only looks like them is not`(text: String) throws {
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        let found = try Words.findings(Words.forbiddenInSources, in: source)
        #expect(found.isEmpty, "\(found)")
    }

    @Test
    func `an exception holds for its file alone, and is stale when nothing needs it`() throws {
        let rule = Words.Rule(
            pattern: "trap",
            message: "a trap",
            exceptions: ["Sources/A/A.swift": "needed", "Sources/A/Gone.swift": "was needed"]
        )
        let sources = ["A", "B"].map {
            SwiftSource(path: "Sources/A/\($0).swift", text: "trap()")
        }
        let found = try sources.flatMap { try Words.findings([rule], in: $0) }
        #expect(found.map(\.path) == ["Sources/A/B.swift"])
        #expect(try Words.staleExceptions([rule], in: sources) == ["Sources/A/Gone.swift"])
    }

    @Test(arguments: ["TO" + "DO", "FIX" + "ME"])
    func `a promise in a comment is found`(word: String) throws {
        let source = SwiftSource(path: "Sources/A/A.swift", text: "let a = 1\n// \(word): later")
        #expect(Words.promises(in: source).map(\.line) == [2])
    }

    @Test(arguments: [
        ("struct A: @unchecked Sendable {}", 1),
        ("nonisolated(unsafe) var a = 1", 1),
        ("/// A.\nlet b = 1\nstruct A: @unchecked Sendable {}", 1),
        ("// Guarded by the lock.\nstruct A: @unchecked Sendable {}", 0),
        ("// Not an @unchecked Sendable.", 0),
    ])
    func `an escape without a comment before it is found`(text: String, count: Int) {
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        #expect(Words.unexplainedEscapes(in: source).count == count)
    }

    @Test(arguments: [
        "try await Task.sleep(for: .seconds(1))", "sleep(1)", "usleep (50)",
        "try await ContinuousClock().sleep(until: later)", "Thread.sleep(forTimeInterval: 1)",
        "try await Task.sleep(until: a, clock: .continuous)",
    ])
    func `a wait for time is found`(text: String) throws {
        let source = SwiftSource(path: "Tests/ATests/A.swift", text: text)
        #expect(try Words.findings(Words.forbiddenInTests, in: source).count == 1)
    }

    @Test(arguments: [
        "func sleep(until instant: Instant) async", "try await clock.sleep(until: later)",
        "let sleeping = 1", "// sleep(1)",
    ])
    func `what only looks like a wait is not`(text: String) throws {
        let source = SwiftSource(path: "Tests/ATests/A.swift", text: text)
        #expect(try Words.findings(Words.forbiddenInTests, in: source).isEmpty)
    }

    @Test(arguments: ["home", "root", "work"])
    func `a personal folder is found`(name: String) throws {
        let text = "first\nsee /\(name)/notes\n"
        let found = try Places.findings(in: text, path: "docs/A.md")
        #expect(
            found.map(\.description) == [
                "docs/A.md:2: names a folder of somebody's own machine"
            ]
        )
        #expect(try Places.findings(in: "\"/\(name)/notes\"", path: "A").count == 1)
    }

    @Test(arguments: [
        "https://host/home/page", "../work/x", "/etc/edgewarden", "$HOME/root/x", "a@contoso.com",
        "sip:bob@fabrikam.test", "user@127.0.0.1:5061", "@Test", "mail@sub.example.com",
    ])
    func `an ordinary path or address is not`(text: String) throws {
        let found = try Places.findings(in: text, path: "docs/A.md")
        #expect(found.isEmpty, "\(found)")
    }

    @Test
    func `somebody's address is found`() throws {
        let at = "@"
        let found = try Places.findings(in: "ask someone\(at)mailer.org", path: "docs/A.md")
        #expect(found.map(\.message) == ["names an address at mailer.org"])
    }
}
