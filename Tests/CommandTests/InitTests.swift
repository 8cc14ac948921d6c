import Foundation
import Testing

/// What `init` does before a Front End answers; the rest needs the lab.
@Suite struct InitTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private var file: String { folder.path("agent.conf") }

    /// Nothing listens there.
    private static let frontEnd = ["--front-end", "https://127.0.0.9:1", "--resolver", "none"]

    private func told(_ arguments: [String], input: String = "") async throws -> Command.Result {
        try await Command(
            ["init", "--config", file, "--secrets-directory", folder.path("secrets")] + arguments,
            input: input
        ).run()
    }

    /// The names in the folder.
    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    }

    @Test func `without a terminal it says how to say it all`() async throws {
        let result = try await told([])
        #expect(result.status == 2)
        #expect(result.errors.contains("init --front-end https://fe11.contoso.net"))
        #expect(try files().isEmpty)
    }

    @Test(
        arguments: [
            (["--authentication", "ntlm"], "'user'"),
            (["--mode", "auto"], "--mode auto needs --edge-user"),
            (["--mode", "auto", "--edge-user", "w", "--edge-password", "a b"], "NAME of a secret"),
            (["--edge-authentication", "ssh"], "needs --edge-key-file"),
            (
                [
                    "--edge-authentication", "ssh", "--edge-user", "w", "--edge-key-file", "/a b",
                    "--edge-known-hosts-file", "/k",
                ], "absolute path of letters"
            ),
            (["--other-front-end", "http://fe21"], "The address must begin with https"),
            (["--dns", "powershell", "--dns-user", "w"], "--dns powershell needs --dns-host"),
            (["--dns", "powershell", "--dns-host", "dns1"], "ntlm needs --dns-user"),
            (["--dns", "exec"], "--dns exec needs --dns-command"),
            (["--dns", "rfc2136", "--dns-server", "ns1"], "an address with an optional port"),
            (["--dns", "rfc2136", "--dns-secret", "a b"], "the NAME of a secret"),
            (["--alerts", "exec"], "--alerts exec needs --alert-command"),
            (
                ["--alerts", "mail", "--mail-from", "a@contoso.com"],
                "--alerts mail needs --mail-server"
            ),
            (["--alerts", "exec", "--alert-command", "page"], "an absolute path"),
            (["--edge-ca-file", "ca.pem"], "an absolute path"),
        ] as [([String], String)]
    )
    func `options that are missing or wrong are named before anybody is asked`(
        _ arguments: [String],
        _ words: String
    ) async throws {
        let result = try await told(InitTests.frontEnd + arguments)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(try files().isEmpty)
    }

    @Test func `everything that is wrong is told at once`() async throws {
        let result = try await told(
            InitTests.frontEnd + ["--dns", "exec", "--alerts", "exec", "--authentication", "basic"]
        )
        #expect(result.status == 2)
        for word in ["--dns-command", "--alert-command", "'user'"] {
            #expect(result.errors.contains(word), "\(word) in \(result.errors)")
        }
    }

    @Test func `a file that is there is not overwritten unasked`() async throws {
        _ = try folder.write("mine\n", to: "agent.conf")
        let result = try await told(InitTests.frontEnd)
        #expect(result.status == 2)
        #expect(result.errors.contains("exists; --force overwrites it"))
        #expect(try folder.text("agent.conf") == "mine\n")
    }

    @Test func `a Front End that does not answer leaves nothing behind`() async throws {
        let result = try await told(
            InitTests.frontEnd + [
                "--authentication", "ntlm", "--user", "CONTOSO\\edgewarden", "--password-stdin",
            ],
            input: "Pa55word-of-nobody\n"
        )
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("127.0.0.9"))
        #expect(!(result.errors + result.output).contains("Pa55word"))
        #expect(try files().isEmpty)
    }

    @Test func `a secret that is not there is named with its place`() async throws {
        let result = try await told(
            InitTests.frontEnd + ["--authentication", "ntlm", "--user", "CONTOSO\\edgewarden"]
        )
        #expect(result.status == 2)
        #expect(result.errors.contains("secret 'frontend-password' was not found"))
    }

    @Test func `a folder that cannot be written is told before the first question`() async throws {
        let result = try await Command(
            ["init", "--config", "/nowhere/agent.conf"] + InitTests.frontEnd
        ).run()
        #expect(result.status == 2)
        #expect(result.errors.contains("/nowhere cannot be written"))
    }

    // MARK: On a terminal

    private func asked(_ steps: [(String, String)]) async throws -> Dialogue {
        try await Dialogue.with(
            [
                "init", "--config", file, "--secrets-directory", folder.path("secrets"),
                "--resolver", "none",
            ],
            steps
        )
    }

    private static let password = "Pa55word-of-nobody"

    @Test func `a wrong answer is told why, and asked for again; a password is never shown`()
        async throws
    {
        let seen = try await asked([
            ("Front End: ", "\n"),
            ("taken for granted", "http://fe11.contoso.net\n"),
            ("must begin with https", "127.0.0.9:1\n"),
            ("Log on by (basic, ntlm, negotiate, certificate) [ntlm]: ", "telepathy\n"),
            ("It is one of", "NTLM\n"),
            ("Account", "CONTOSO\\edgewarden\n"),
            ("(not shown): ", "\n"),
            ("It is empty.", ""),
            ("(not shown): ", InitTests.password + "\n"),
            ("[the system's]: ", "/nowhere/ca.pem\n"),
            ("is not there", "\n"),
            ("Once more, then", ""),
            ("Front End [https://127.0.0.9:1]: ", "\u{3}"),
        ])
        #expect(seen.unasked.isEmpty, "\(seen)")
        #expect(seen.status == 4, "\(seen)")
        #expect(seen.echoes[6] == false && seen.echoes[8] == false)
        #expect(seen.echoesAtEnd)
        #expect(!seen.output.contains(InitTests.password))
        #expect(seen.output.contains("nothing was written"))
        #expect(seen.output.split(separator: "\r\n").allSatisfy { $0.count <= 80 }, "\(seen)")
        #expect(try files().isEmpty)
    }

    @Test func `Ctrl-C at the password gives the echo back`() async throws {
        let seen = try await asked([
            ("Front End: ", "fe11.contoso.net\n"),
            ("[ntlm]: ", "\n"),
            ("Account [CONTOSO\\edgewarden]: ", "\n"),
            ("(not shown): ", "half\u{3}"),
        ])
        #expect(seen.unasked.isEmpty && seen.status == 4, "\(seen)")
        #expect(seen.echoes.last == false)
        #expect(seen.echoesAtEnd)
        #expect(!seen.output.contains("half"))
        #expect(try files().isEmpty)
    }

    @Test func `a file that is there stays unless one says yes`() async throws {
        _ = try folder.write("mine\n", to: "agent.conf")
        let seen = try await asked([("(yes, no) [no]: ", "\n")])
        #expect(seen.status == 4 && seen.unasked.isEmpty, "\(seen)")
        #expect(try folder.text("agent.conf") == "mine\n")
    }
}
