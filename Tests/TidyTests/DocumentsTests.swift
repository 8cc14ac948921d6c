import Foundation
import Testing

@Suite
struct DocumentsTests {
    private static func pages() throws -> [String: String] {
        let paths = try Repository.paths().filter { $0.hasSuffix(".md") }
        return try Dictionary(uniqueKeysWithValues: paths.map { ($0, try Repository.text($0)) })
    }

    @Test
    func `every command in the documentation is in a block that a test runs`() throws {
        let found = try DocumentsTests.pages().flatMap { path, text in
            Documents.findings(in: text, path: path)
        }
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `every exception is still needed`() throws {
        #expect(try Documents.staleExceptions(in: DocumentsTests.pages()).isEmpty)
    }

    @Test
    func `the tools that prose names are there`() throws {
        let targets = try Repository.text("Makefile").matches(of: /(?m)^([a-z-]+):/)
            .map { "make \($0.1)" }
        let named = try DocumentsTests.pages().values.reduce(into: Set<String>()) { named, text in
            named.formUnion(Documents.tools(in: text))
        }
        let missing = named.subtracting(targets).filter { tool in
            !FileManager.default.fileExists(atPath: Repository.root.appending(path: tool).path())
        }
        #expect(named.count > 10)
        #expect(missing.isEmpty, "\(missing.sorted())")
    }
}

/// That the checks above can fail.
@Suite
struct DocumentsOnBadSamplesTests {
    private static let lab = "<!-- played on: lab -->\n"

    @Test(arguments: [
        ("```console\n$ edgewarden status\n```", 1),
        ("\(lab)```\n$ edgewarden status\n```", 2),
        ("```bash\nls\n```", 1),
        ("```sh\nmake mutants\n```", 1),
        ("```text\n$ ls\n```", 2),
        ("```text\n  make demo\n```", 2),
        ("See:\n\n    edgewarden audit\n", 3),
        ("    lab/up", 1),
        ("<!-- played on: moon -->\n```console\n$ ls\n```", 1),
        (lab, 1),
    ])
    func `a block that nobody runs is found`(text: String, line: Int) {
        let found = Documents.findings(in: text, path: "docs/a.md")
        #expect(found.map(\.line).contains(line), "\(found)")
    }

    @Test(arguments: [
        "\(lab)```console\n$ edgewarden status\nAgent warden\n```",
        "<!-- played on: container -->\nText.\n```console\n$ ls\n```",
        "```text\nRoute sip: confirming\n```", "`edgewarden audit` shows", "  - make it so",
        "```yaml\nagent:\n```", "  ```powershell\n  Get-CsSite\n  ```",
    ])
    func `what is run, and what is no command, is not`(text: String) {
        #expect(Documents.findings(in: text, path: "docs/a.md").isEmpty)
    }

    @Test
    func `tools are found in prose, not in blocks`() {
        let text = "`make demo` and `lab/up --media`\n```text\n`make x`\n```\n`scripts/deb program`"
        #expect(Documents.tools(in: text) == ["make demo", "lab/up", "scripts/deb"])
    }
}
