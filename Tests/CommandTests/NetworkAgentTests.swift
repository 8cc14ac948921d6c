import Glibc
import Testing

/// Which agent is asked, and by which token.
@Suite struct NetworkAgentTests {
    /// A folder with a token in it.
    private func folder(mode: mode_t = 0o600) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        _ = try folder.write(String(repeating: "t", count: 40) + "\n", to: "token")
        try #require(chmod(folder.path("token"), mode) == 0)
        return folder
    }

    @Test(arguments: [
        ("http://warden.contoso.net:8061", "is no address of an agent"),
        ("warden.contoso.net", "is no address of an agent"),
        ("https://warden.contoso.net:8061/v1", "is no address of an agent"),
    ])
    func `only https is taken beyond this machine, and no path`(
        url: String,
        reason: String
    ) async throws {
        let folder = try folder()
        let token = folder.path("token")
        let result = try await Command("status", "--url", url, "--token-file", token).run()
        #expect(result.status == 2 && result.errors.contains(reason), "\(result.errors)")
    }

    @Test func `a token is needed, and others must not be able to read it`() async throws {
        let url = "https://127.0.0.1:1"
        let without = try await Command("status", "--url", url).run()
        #expect(without.status == 2 && without.errors.contains("--token-file"))
        let folder = try folder(mode: 0o644)
        let open = try await Command(
            "status",
            "--url",
            url,
            "--token-file",
            folder.path("token")
        ).run()
        #expect(open.status == 2 && open.errors.contains("chmod 600"))
        #expect(!open.errors.contains("tttt"))
        let gone = try await Command("status", "--url", url, "--token-file", "/nowhere").run()
        #expect(gone.status == 2 && gone.errors == "there is no file /nowhere\n")
    }

    @Test func `a socket and a URL do not go together`() async throws {
        let result = try await Command(
            "status",
            "--url",
            "https://127.0.0.1:1",
            "--socket",
            "/nowhere"
        ).run()
        #expect(result.status == 2 && result.errors.contains("does not go with --socket"))
    }

    @Test func `an agent that is not there is 3, and names what to look at`() async throws {
        let folder = try folder()
        let result = try await Command(
            "status",
            environment: [
                "EDGEWARDEN_URL": "http://127.0.0.1:1",
                "EDGEWARDEN_TOKEN_FILE": folder.path("token"),
            ]
        ).run()
        #expect(result.status == 3)
        #expect(result.errors.contains("no agent answers at http://127.0.0.1:1"))
        #expect(result.errors.contains("api.listen"))
    }
}
