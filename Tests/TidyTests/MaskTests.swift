import Testing

@Suite
struct SourceMaskTests {
    @Test(arguments: [
        ("let a = 1 // try! b", "let a = 1          "),
        ("a /* { /* } */ { */ b", "a                   b"),
        (#"f("}") + g"#, #"f(" ") + g"#),
        (#"f("\"}") + g"#, #"f("   ") + g"#),
        (#"f("\(g("}"))}") + h"#, #"f(" (g(" ")) ") + h"#),
        ("f(#\"\"}\\(x)\"#) + g", "f(#\"      \"#) + g"),
        ("f(#\"\\#(x)\"#) + g", "f(#\"  (x)\"#) + g"),
        ("func `a } b`() {", "func `     `() {"),
        ("f(\"\"\"\n  \"}\" {\n  \"\"\")", "f(\"\"\"\n       \n  \"\"\")"),
    ])
    func `comments, strings and quoted names are blanked, code is not`(
        text: String,
        expected: String
    ) {
        #expect(SourceMask.masked(text) == expected)
    }

    @Test
    func `lines and columns of this package's own files stay`() throws {
        for source in try Repository.swiftFiles("Sources", "Tests") {
            #expect(
                source.lines.map(\.utf8.count) == source.code.map(\.utf8.count),
                "\(source.path)"
            )
        }
    }

    @Test
    func `braces of this package's own files are in balance once masked`() throws {
        for source in try Repository.swiftFiles("Sources", "Tests") {
            let code = source.code.joined()
            #expect(
                code.filter { $0 == "{" }.count == code.filter { $0 == "}" }.count,
                "\(source.path)"
            )
        }
    }
}
