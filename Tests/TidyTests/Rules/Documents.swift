/// The commands in the documentation: a test runs every block of them as it stands there.
enum Documents {
    /// What a block can be; `console` is what somebody types, and the page says where it is played.
    static let languages: Set = ["console", "json", "powershell", "swift", "text", "yaml"]

    /// Where pages are played: by `scripts/guide`, and by `scripts/test-system`.
    static let stages: Set = ["container", "lab"]

    /// Pages with blocks of `sh`, which nobody runs for them, each with its reason.
    static let unplayed = [
        "docs/mutants.md": "an hour each; its options and the list of mutants are for a person",
        "docs/psrp.md": "`make test` runs that test; the options are for captures of one's own",
    ]

    /// Pages whose indented commands are written from the program, which ReferenceTests holds.
    static let written: Set = ["docs/commands.md"]

    /// What somebody types, outside of a block that is played.
    private static let typed: Set = [
        "$", "apt", "edgewarden", "make", "promtool", "sudo", "swift", "systemctl",
    ]

    static func findings(in text: String, path: String) -> [Finding] {
        var found: [Finding] = []
        func find(_ line: Int, _ message: String) {
            found.append(Finding(path: path, line: line, message: message))
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let stage = text.firstMatch(of: /(?m)^<!-- played on: (.*) -->$/).map { String($0.1) }
        if let stage, !stages.contains(stage) { find(1, "nothing is played on a stage '\(stage)'") }
        var block: Substring?
        var isPlayed = false
        for (number, line) in zip(1..., lines) {
            let content = line.trimmingPrefix(while: \.isWhitespace)
            if content.hasPrefix("```") {
                guard block == nil else {
                    block = nil
                    continue
                }
                let language = content.dropFirst(3)
                block = language
                isPlayed = isPlayed || language == "console"
                if language == "console", stage == nil {
                    find(number, "nobody runs this: the page does not say where it is played")
                } else if language == "sh", unplayed[path] == nil {
                    find(number, "nobody runs this: make it a block of 'console'")
                } else if language != "sh", !languages.contains(String(language)) {
                    find(number, "a block says what it is: \(languages.sorted())")
                }
            } else if block == "text" || block == nil && line.hasPrefix("    "), isTyped(content),
                !written.contains(path)
            {
                find(number, "nobody runs this: a command stands in a block of 'console'")
            }
        }
        if stage != nil, !isPlayed { find(1, "nothing on this page is to be played") }
        return found
    }

    private static func isTyped(_ line: Substring) -> Bool {
        guard let word = line.split(separator: " ").first else { return false }
        return typed.contains(String(word)) || word.hasPrefix("scripts/") || word.hasPrefix("lab/")
    }

    /// Pages that are said to have blocks that nobody runs, and have none.
    static func staleExceptions(in texts: [String: String]) -> [String] {
        unplayed.keys.sorted().filter { texts[$0]?.contains("\n```sh\n") != true }
    }

    /// What prose tells to type of this repository's own: `make …`, `scripts/…`, `lab/…`.
    static func tools(in text: String) -> Set<String> {
        let prose = text.replacing(/(?s)\n *```.*?\n *```/, with: "")
        return Set(
            prose.matches(of: /`(make [a-z-]+|(?:scripts|lab)\/[\w.\/-]+)(?=[`\s])/).map {
                String($0.1)
            }
        )
    }
}
