import Configuring
import Testing

/// One file per rejection: each begins with the lines that the loader must say of it.
@Suite struct InvalidFileTests {
    @Test(arguments: Fixtures.invalid)
    func `a wrong file is refused with these very words`(name: String) throws {
        let text = try Fixtures.text("Invalid/\(name)")
        let mark = "# expect "
        let expected = text.split(separator: "\n").filter { $0.hasPrefix(mark) }
            .map { "agent.conf:" + $0.dropFirst(mark.count) }
        #expect(!expected.isEmpty)
        #expect(throws: ConfigurationErrors.self) { try ConfigurationLoader.parse(text) }
        #expect(said(of: text).map(\.description) == expected)
        #expect(said(of: text).contains { $0.severity == .error })
    }

    @Test func `there is a file for each kind of rejection`() throws {
        var codes: Set<Diagnostic.Code> = []
        for name in Fixtures.invalid {
            codes.formUnion(said(of: try Fixtures.text("Invalid/\(name)")).map(\.code))
        }
        // Unreadable files and mere advice have tests of their own.
        #expect(codes == Set(Diagnostic.Code.allCases).subtracting([.unreadable, .advice]))
        #expect(Fixtures.invalid.count > 100)
    }

    @Test func `a secret written by mistake is never shown`() throws {
        for name in Fixtures.invalid {
            for diagnostic in said(of: try Fixtures.text("Invalid/\(name)")) {
                #expect(!diagnostic.message.contains("hunter2"), "\(name)")
                #expect(!diagnostic.message.contains("c2VjcmV0"), "\(name)")
                #expect(!diagnostic.message.contains("/token"), "\(name)")
            }
        }
    }
}
