import FailoverCore
import FailoverTestKit
import Foundation
import Testing

/// `windows/` allows what the agent sends, and nothing else.
@Suite(.serialized)
struct WindowsKitTests {
    private static let reason: Comment = "scripts/setup makes lab/.venv with tree-sitter-powershell"

    /// Whether the files are written anew: `REWRITE_KIT=1` in the environment.
    ///
    /// Commit a rewrite only if you can explain the difference: it widens or narrows what an
    /// administrator installs.
    private static var isRewriting: Bool {
        ProcessInfo.processInfo.environment["REWRITE_KIT"] == "1"
    }

    @Test
    func `role capabilities are as the agent's commands make them`() async throws {
        let surface = KitSurface(try await SentCommands.all())
        for (role, commands) in surface.roles {
            let file = RoleCapabilityFile(role: role, commands: commands)
            try #require(
                file.ruleless.isEmpty,
                "write rules in KitRule for \(file.ruleless) at \(role.rawValue)"
            )
            let path = KitFiles.path(of: role)
            if WindowsKitTests.isRewriting {
                try file.text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            #expect(
                try String(contentsOfFile: path, encoding: .utf8) == file.text,
                "\(path) is not what the agent sends now: REWRITE_KIT=1 writes it anew"
            )
        }
    }

    @Test(.enabled(if: KitFiles.hasGrammar, reason))
    func `all that is sent is let through, and nothing is allowed that is never sent`()
        async throws
    {
        let sent = try await SentCommands.all()
        #expect(sent.count > 100)
        let asking = Cmdlet.getCommand.rawValue
        for role in KitRole.allCases {
            let allowance = try Allowance(role)
            let commands = sent.filter { $0.role == role }.map(\.command)
            let refused = commands.filter { !allowance.admits($0) }.map(\.description)
            #expect(refused.isEmpty, "\(role.rawValue) refuses \(refused.sorted())")
            for (name, parameters) in allowance.commands where name != asking {
                let uses = commands.filter { $0.cmdlet.rawValue == name }
                #expect(!uses.isEmpty, "\(role.rawValue) allows \(name), which is never sent")
                let bindings = uses.flatMap(\.bindings)
                for (parameter, rule) in parameters {
                    let values = bindings.filter { $0.parameter.rawValue == parameter }
                    #expect(!values.isEmpty, "\(name) -\(parameter) is never sent")
                    // A closed choice has no value too many.
                    guard case .oneOf(let choices) = rule, parameter != "StartupType" else {
                        continue
                    }
                    let seen = Set(values.flatMap(\.value.texts))
                    #expect(Set(choices) == seen, "\(role.rawValue): \(name) -\(parameter)")
                }
            }
        }
    }

    @Test
    func `every command of the closed list is sent somewhere`() async throws {
        let sent = try await SentCommands.all()
        let commands = Set(sent.map(\.command.cmdlet))
        let unsent = Cmdlet.allCases.filter { !commands.contains($0) }.map(\.rawValue)
        #expect(unsent.isEmpty, "SentCommands has to send \(unsent) too")
        // Ports are constants of the core, not of this test.
        let tests = sent.filter { $0.command.cmdlet == .testNetConnection }
        let ports = Set(tests.flatMap(\.command.bindings).filter { $0.parameter == .port })
        let known = [443, 4_443, 5_061, 5_062, 8_057].map(ParameterValue.integer)
        #expect(Set(ports.map(\.value)).isSuperset(of: known))
    }

    @Test(.enabled(if: KitFiles.hasGrammar, reason))
    func `sessions import the modules of their commands`() throws {
        for role in KitRole.allCases {
            let name = RoleCapabilityFile.name(role)
            let path = "\(KitFiles.folder)/SessionConfigurations/\(name).pssc"
            let table = try #require(try KitFiles.data([path])[name] as? [String: Any])
            let imported = try #require(table["ModulesToImport"] as? [String])
            var needed: Set<String> = []
            let allowance = try Allowance(role)
            for command in allowance.commands.keys {
                let modules = try #require(
                    RoleCapabilityFile.modules(of: command),
                    "write down the module of \(command)"
                )
                needed.formUnion(modules)
            }
            #expect(Set(imported) == needed, "\(name).pssc")
            #expect(table["SessionType"] as? String == "RestrictedRemoteServer")
            #expect(table["LanguageMode"] as? String == "NoLanguage")
            let roles = try #require(table["RoleDefinitions"] as? [String: [String: String]])
            #expect(roles.values.allSatisfy { $0 == ["RoleCapabilities": name] })
            // One of them, and on Edge servers nobody whom the network knows.
            let isVirtual = table["RunAsVirtualAccount"] as? Bool == true
            let isManaged = table["GroupManagedServiceAccount"] is String
            #expect(isVirtual != isManaged)
            #expect(isVirtual == (role == .edge))
        }
    }

    @Test(.enabled(if: KitFiles.hasGrammar, reason))
    func `every file parses as PowerShell`() throws {
        let paths = try KitFiles.all()
        #expect(paths.count >= 10)
        let script = "CommandTests/Grammar/parse_powershell.py"
        let (status, output) = try KitFiles.ask(script, paths)
        #expect(status == 0, "\(String(decoding: output, as: UTF8.self))")
    }

    @Test(arguments: ProductVersion.allCases)
    func `Setup is found where a product keeps it`(version: ProductVersion) throws {
        let module = try String(
            contentsOfFile: "\(KitFiles.folder)/Edgewarden/Edgewarden.psm1",
            encoding: .utf8
        )
        // `$env:ProgramFiles\Skype for Business Server 2015\Deployment`
        let parts = version.deploymentFolder.split(separator: "\\").map(String.init)
        try #require(parts.count == 3 && parts[2] == "Deployment")
        let patterns = module.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("'") && $0.hasSuffix("'") }.map { $0.dropFirst().dropLast() }
        let isCovered = patterns.contains { pattern in
            pattern.hasSuffix("*")
                ? parts[1].hasPrefix(pattern.dropLast().trimmingCharacters(in: .whitespaces))
                : parts[1] == pattern
        }
        #expect(isCovered, "\(parts[1]) is not among \(patterns)")
    }
}
