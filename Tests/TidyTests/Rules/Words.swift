/// Words that some files may not hold.
enum Words {
    struct Rule {
        let pattern: String
        let message: String
        /// Words that match and do not count.
        var harmless = "\0"
        /// Files that may, each with its reason.
        var exceptions: [String: String] = [:]
    }

    /// Traps, and tasks that nobody awaits.
    static let forbiddenInSources = [
        Rule(pattern: #"\btry!"#, message: "an outside fault is a value or a typed error"),
        Rule(pattern: #"\bas!"#, message: "a forced cast"),
        Rule(pattern: #"\bfatalError\s*\("#, message: "our own bugs are preconditions"),
        Rule(
            pattern: #"\bTask\s*(<[^>]*>\s*)?(\{|\(|\.detached\b|\.immediate|\.init\b)"#,
            message: "a task outside a task group: who awaits it?",
            exceptions: [
                "Sources/PowerShellRemoting/Shell/ShellCleaner.swift":
                    "its tasks outlive a cancelled caller; it keeps them, and drain() awaits them",
                "Sources/PowerShellRemoting/SSH/SSHSessions.swift":
                    "its tasks end kept sessions that got old; closeAll() ends and awaits them",
                "Sources/Subprograms/Conversation.swift":
                    "a program that outlives one call; its object keeps the task, end() awaits it",
            ]
        ),
    ]

    /// What the pure layer has within reach without any import.
    static let forbiddenInPureTargets = [
        Rule(pattern: #"\b(async|await|actor|Task|AsyncStream)\b"#, message: "concurrency"),
        Rule(pattern: #"\b(Continuous|Suspending)Clock\b"#, message: "a clock"),
        Rule(
            pattern:
                #"\b(SystemRandomNumberGenerator|randomElement\s*\(\s*\)|shuffled?\s*\(\s*\))"#,
            message: "randomness that is not handed in"
        ),
        Rule(pattern: #"\.random\s*\((?!.*using:)"#, message: "randomness that is not handed in"),
        Rule(
            pattern: #"\b(print|debugPrint|readLine)\s*\(|\bCommandLine\b"#,
            message: "input or output"
        ),
    ]

    /// Waits for real time; a virtual clock may sleep.
    static let forbiddenInTests = [
        Rule(
            pattern: #"\b(Task|Thread)\.sleep\b|(^|[^.\w])(sleep|usleep|nanosleep)\s*\("#
                + #"|\b(Continuous|Suspending)Clock\(\)\.sleep\b|\.(continuous|suspending)\.sleep\b"#,
            message: "a test waits for an event, not for time",
            harmless: "func sleep(",
            exceptions: [
                "Tests/PowerShellRemotingTests/WithWindows.swift":
                    "the real clock behind the port, for deadlines against a real peer",
                "Tests/LabTests/Eventually.swift":
                    "real servers send no event; it looks again until a limit",
                "Tests/JournalingTests/JournalFaultTests.swift":
                    "in a process of its own, the thread that kills it at any moment",
            ]
        )
    ]

    /// Lines of code that match a rule; comments and strings do not count.
    static func findings(_ rules: [Rule], in source: SwiftSource) throws -> [Finding] {
        try rules.filter { $0.exceptions[source.path] == nil }.flatMap { rule in
            // The default word boundary is that of prose, which sees none in "list.shuffled".
            let pattern = try Regex(rule.pattern).wordBoundaryKind(.simple)
            return source.code.indices.filter { number in
                source.code[number].replacing(rule.harmless, with: "").contains(pattern)
            }
            .map { Finding(path: source.path, line: $0 + 1, message: rule.message) }
        }
    }

    /// Exceptions that nothing needs any more.
    static func staleExceptions(_ rules: [Rule], in sources: [SwiftSource]) throws -> [String] {
        try rules.flatMap { rule in
            try rule.exceptions.keys.sorted().filter { path in
                let source = sources.first { $0.path == path }
                let bare = Rule(pattern: rule.pattern, message: rule.message)
                return try source.map { try findings([bare], in: $0).isEmpty } ?? true
            }
        }
    }

    /// Promises of work to be done, in comments too.
    static func promises(in source: SwiftSource) -> [Finding] {
        let words = ["TO" + "DO", "FIX" + "ME"]
        return source.lines.indices.filter { number in
            source.lines[number].split { !$0.isLetter }.contains { words.contains(String($0)) }
        }
        .map { Finding(path: source.path, line: $0 + 1, message: "work to be done has an issue") }
    }

    /// Escapes from the compiler's checks that have no comment right before them.
    static func unexplainedEscapes(in source: SwiftSource) -> [Finding] {
        source.code.indices.filter { number in
            let line = source.code[number]
            let isEscape =
                line.contains("@unchecked Sendable")
                || line.contains("nonisolated(unsafe)")
            return isEscape && !hasComment(source, before: number)
        }
        .map { number in
            let message = "say in a comment on the line before what guards it"
            return Finding(path: source.path, line: number + 1, message: message)
        }
    }

    private static func hasComment(_ source: SwiftSource, before number: Int) -> Bool {
        guard number > 0 else { return false }
        return source.lines[number - 1].trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
    }
}
