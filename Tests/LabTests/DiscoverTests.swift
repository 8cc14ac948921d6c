import Foundation
import Testing

/// The live topology as a configuration, and a configuration against it.
extension LabTests {
    private static var network: String { "127.\(10 + Lab.number)" }

    private func discover(_ arguments: [String]) async throws -> CommandOutput {
        try await run(
            Lab.program,
            [
                "discover", "--authentication", "ntlm", "--user", "CONTOSO\\edgewarden",
                "--password", "frontend_password", "--ca-file", "\(Lab.state)/pki/ca.crt",
                "--edge-ca-file", "\(Lab.state)/pki/ca.crt", "--secrets-directory",
                "\(Lab.state)/secrets",
            ] + arguments
        )
    }

    @Test func `discover drafts a configuration that check --online finds to be the topology`()
        async throws
    {
        try await Lab.does("reset")
        let folder = "\(Lab.state)/draft-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = "\(folder)/agent.conf"
        let options = [
            "--front-end", "https://\(LabTests.network).2.51", "--resolver",
            "\(LabTests.network).0.53", "--output", file,
        ]
        let drafted = try await discover(options)
        #expect(drafted.status == 0, "\(drafted.output)")
        #expect(drafted.output.contains("watches only"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for words in [
            "home: edgepool1.contoso.lan", "standby: [edgepool2.contoso.lan]", "version: sfb2015",
            "public: ['\(LabTests.network).1.11']", "name: contoso.test", "mode: observe",
            "'\(LabTests.network).0.53'", "# media through edgepool1.contoso.lan",
        ] {
            #expect(text.contains(words), "\(words) in\n\(text)")
        }
        let checked = try await run(Lab.program, ["check", "--config", file, "--online"])
        #expect(checked.status == 0, "\(checked.output)")
        #expect(checked.output.contains("The file is what the topology is."))
        let again = try await discover(options)
        #expect(again.status == 2, "an existing file is never overwritten: \(again.output)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `check --online says who answers, as whom, what is missing and what has drifted`()
        async throws
    {
        try await Lab.does("reset")
        let agent = try TestAgent()
        let well = try await agent.command("check", "--online")
        #expect(well.status == 0, "\(well.output)")
        #expect(well.output.contains("sees us as CONTOSO\\edgewarden"), "\(well.output)")
        #expect(well.output.contains("The file is what the topology is."))
        #expect(try await Lab.acts() == [], "it changes nothing")
        try agent.rewrite("version: sfb2015", "version: lync2013")
        try agent.rewrite("password: edge_password", "password: frontend_password")
        let ill = try await agent.command("check", "--online")
        #expect(ill.status == 1, "\(ill.output)")
        #expect(ill.output.contains("runs Skype for Business Server 2015"), "\(ill.output)")
        #expect(ill.output.contains("NO  Edge server edge11.contoso.lan"), "\(ill.output)")
        let json = try await agent.command("check", "--online", "--json")
        #expect(json.status == 1)
        let body = try JSONDecoder().decode(Checked.self, from: Data(json.output.utf8))
        #expect(body.valid && !body.online.well)
        #expect(body.online.endpoints.count == 6)
        #expect(body.online.endpoints.count { $0.answers } == 2)
    }

    private struct Checked: Decodable {
        struct Online: Decodable {
            var well: Bool
            var endpoints: [Endpoint]
        }

        struct Endpoint: Decodable { var answers: Bool }

        var valid: Bool
        var online: Online
    }

    @Test(
        arguments: [
            (["--front-end", "http://fe"], 2, "https"),
            (["--front-end", "https://127.0.0.9:1"], 1, "127.0.0.9"),
        ] as [([String], Int32, String)]
    )
    func `discover says plainly why it cannot`(
        arguments: [String],
        status: Int32,
        word: String
    ) async throws {
        let result = try await discover(arguments + ["--resolver", "none"])
        #expect(result.status == status, "\(result.output)")
        #expect(result.output.contains(word), "\(result.output)")
    }
}
