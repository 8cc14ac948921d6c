import Foundation
import Testing

/// From nothing to a configuration with which the agent starts.
extension LabTests {
    private static var network: String { "127.\(10 + Lab.number)" }

    private struct Place {
        let folder: String
        var file: String { folder + "/agent.conf" }
        var secrets: String { folder + "/secrets" }

        init() throws {
            folder = "\(Lab.state)/init-\(UUID().uuidString.prefix(8))"
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
        }

        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
    }

    private var password: String {
        get throws {
            let path = "\(Lab.state)/secrets/frontend_password"
            return try String(contentsOfFile: path, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    @Test func `init leads from a Front End's name to a file with which the agent starts`()
        async throws
    {
        try await Lab.does("reset")
        let place = try Place()
        let password = try password
        let ca = "\(Lab.state)/pki/ca.crt"
        let options = [
            "init", "--front-end", "\(LabTests.network).2.51", "--authentication", "ntlm", "--user",
            "CONTOSO\\edgewarden", "--password-stdin", "--ca-file", ca, "--edge-ca-file", ca,
            "--secrets-directory", place.secrets, "--resolver", "\(LabTests.network).0.53",
            "--config", place.file, "--alerts", "exec", "--alert-command", "/usr/bin/true",
            "--other-front-end", "\(LabTests.network).1.51",
        ]
        let made = try await run(Lab.program, options, input: password + "\n")
        #expect(made.status == 0, "\(made.output)")
        for words in [
            "sees us as CONTOSO\\edgewarden", "\(LabTests.network).1.51",
            "edge22.contoso.lan, SIP at \(LabTests.network).2.12",
            "The file is what the topology is.", "Nothing is missing.", "edgewarden run --config",
            "'script': /usr/bin/true can be run", "zone contoso.test",
            "edgewarden alert test script",
        ] {
            #expect(made.output.contains(words), "\(words) in\n\(made.output)")
        }
        #expect(!made.output.contains(password))
        #expect(try await Lab.acts() == [], "it changes nothing")
        #expect(try place.mode(place.file) == 0o640)
        #expect(try place.mode(place.secrets) == 0o700)
        #expect(try place.mode("\(place.secrets)/frontend-password") == 0o600)
        let text = try String(contentsOfFile: place.file, encoding: .utf8)
        #expect(text.contains("# DNS leads partners to sip.contoso.test"), "\(text)")
        #expect(text.contains("site: 'Dublin'") && !text.contains(password))
        try await starts(place)
        let again = try await run(Lab.program, options, input: password + "\n")
        #expect(again.status == 2 && again.output.contains("--force"), "\(again.output)")
        #expect(try String(contentsOfFile: place.file, encoding: .utf8) == text)
        let other = [
            "--force", "--name", "warden-2", "--dns", "powershell", "--dns-host",
            "\(LabTests.network).0.61", "--dns-user", "CONTOSO\\edgewarden", "--dns-secret",
            "frontend-password",
        ]
        let forced = try await run(Lab.program, options + other, input: password + "\n")
        #expect(forced.status == 0, "\(forced.output)")
        #expect(forced.output.contains("the old one is \(place.file).old"), "\(forced.output)")
        #expect(try String(contentsOfFile: place.file + ".old", encoding: .utf8) == text)
        #expect(try place.mode(place.file + ".old") == 0o640)
        let new = try String(contentsOfFile: place.file, encoding: .utf8)
        #expect(new.contains("name: 'warden-2'") && new.contains("kind: powershell"), "\(new)")
    }

    /// The agent of that file, in the place's folder, answers `status`.
    private func starts(_ place: Place) async throws {
        let state = "\(place.folder)/state"
        var text = try String(contentsOfFile: place.file, encoding: .utf8)
        text = text.replacingOccurrences(
            of: "  name: 'warden-1'\n",
            with: "  name: 'warden-1'\n  state_directory: \(state)\n  socket: \(state)/agent.sock\n"
        )
        let file = "\(place.folder)/elsewhere.conf"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let agent = Process()
        agent.executableURL = URL(fileURLWithPath: Lab.program)
        agent.arguments = ["run", "--config", file]
        agent.standardError = FileHandle.nullDevice
        agent.standardOutput = FileHandle.nullDevice
        try agent.run()
        defer {
            agent.terminate()
            agent.waitUntilExit()
        }
        try await eventually("the agent answers") {
            try await run(Lab.program, ["status", "--config", file]).status == 0
        }
        let checked = try await run(Lab.program, ["check", "--online", "--config", file])
        #expect(checked.status == 0, "\(checked.output)")
        #expect(checked.output.contains("in use by agent warden-1"), "\(checked.output)")
    }
}
