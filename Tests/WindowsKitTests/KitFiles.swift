import FailoverCore
import Foundation

/// The kit as it lies in the repository, read with a grammar of PowerShell.
struct KitFiles {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = repository + "/windows"
    /// The environment with the grammar, as scripts/setup makes it.
    private static let python = repository + "/lab/.venv/bin/python"

    static var hasGrammar: Bool { FileManager.default.isExecutableFile(atPath: python) }

    static func path(of role: KitRole) -> String {
        "\(folder)/Edgewarden/RoleCapabilities/\(RoleCapabilityFile.name(role)).psrc"
    }

    /// Every file of PowerShell in the kit.
    static func all() throws -> [String] {
        let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let names = FileManager.default.enumerator(atPath: real)?.compactMap { $0 as? String }
        return (names ?? []).filter { $0.contains(".ps") }.map { "\(folder)/\($0)" }.sorted()
    }

    /// What a program of the tests says of files.
    static func ask(_ script: String, _ paths: [String]) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["\(repository)/Tests/\(script)"] + paths
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.standardError
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    /// The content of data files by name without its ending.
    static func data(_ paths: [String]) throws -> [String: Any] {
        let (status, output) = try ask("WindowsKitTests/Reading/read_data_file.py", paths)
        let object = try JSONSerialization.jsonObject(with: output)
        guard status == 0, let tables = object as? [String: Any] else {
            throw BenchFailure(what: "the data files cannot be read")
        }
        return tables
    }
}

/// What a role capability file allows, as read from it.
struct Allowance {
    /// Command → parameter → rule.
    let commands: [String: [String: KitRule]]
    /// In `VisibleFunctions` rather than `VisibleCmdlets`.
    let functions: Set<String>

    init(_ role: KitRole) throws {
        let tables = try KitFiles.data([KitFiles.path(of: role)])
        guard let table = tables[RoleCapabilityFile.name(role)] as? [String: Any] else {
            throw BenchFailure(what: "\(role) has no role capability")
        }
        var commands: [String: [String: KitRule]] = [:]
        var functions: Set<String> = []
        for key in ["VisibleCmdlets", "VisibleFunctions"] {
            for entry in table[key] as? [[String: Any]] ?? [] {
                guard let name = entry["Name"] as? String, commands[name] == nil,
                    let parameters = entry["Parameters"] as? [[String: Any]],
                    entry.count == 2
                else { throw BenchFailure(what: "\(key) of \(role) has \(entry)") }
                commands[name] = try Allowance.rules(parameters)
                if key == "VisibleFunctions" { functions.insert(name) }
            }
        }
        self.commands = commands
        self.functions = functions
    }

    private static func rules(_ parameters: [[String: Any]]) throws -> [String: KitRule] {
        var rules: [String: KitRule] = [:]
        for parameter in parameters {
            guard let name = parameter["Name"] as? String, rules[name] == nil else {
                throw BenchFailure(what: "no parameter: \(parameter)")
            }
            if let pattern = parameter["ValidatePattern"] as? String, parameter.count == 2 {
                rules[name] = .like(pattern)
            } else if let choices = parameter["ValidateSet"] as? [String], parameter.count == 2 {
                rules[name] = .oneOf(choices)
            } else if parameter.count == 1 {
                rules[name] = .isSwitch
            } else {
                throw BenchFailure(what: "\(name) has more than one rule")
            }
        }
        return rules
    }

    /// Whether Windows would let a command through.
    func admits(_ command: PowerShellCommand) -> Bool {
        guard let parameters = commands[command.cmdlet.rawValue] else { return false }
        return command.bindings.allSatisfy { binding in
            let name = binding.parameter.rawValue
            if KitSurface.common.contains(name) { return true }
            return parameters[name]?.admits(binding.value) ?? false
        }
    }
}
