/// A role capability file, written from what the agent uses.
struct RoleCapabilityFile {
    let role: KitRole
    let commands: KitSurface.Commands

    /// `EdgewardenEdge`, which session configurations name.
    static func name(_ role: KitRole) -> String { "Edgewarden\(role.rawValue)" }

    private static let identifiers: [KitRole: String] = [
        .frontEnd: "5a3c8f10-7d0c-4d7e-9b0d-0d5f6a4c2e11",
        .edge: "5a3c8f10-7d0c-4d7e-9b0d-0d5f6a4c2e12",
        .nameServer: "5a3c8f10-7d0c-4d7e-9b0d-0d5f6a4c2e13",
    ]

    /// Commands that their modules define as functions; the others are cmdlets.
    static func isFunction(_ command: String) -> Bool {
        ["Get-Command", "Test-NetConnection", "Invoke-EdgewardenSetup"].contains(command)
            || command.contains("-DnsServer")
    }

    /// The modules that a session needs for a command; nil when nobody wrote them down.
    ///
    /// In a constrained session nothing is loaded by itself, not even for a module's own functions.
    static func modules(of command: String) -> [String]? {
        switch command {
        case "Get-Command", "Invoke-EdgewardenSetup": ["Edgewarden"]
        case "Get-Service", "Set-Service": []
        case "Test-NetConnection": ["NetTCPIP", "NetAdapter", "DnsClient"]
        case "Resolve-DnsName": ["DnsClient"]
        case let name where name.contains("-DnsServer"): ["DnsServer"]
        case let name where name.contains("-Cs"): ["SkypeForBusiness"]
        default: nil
        }
    }

    /// Parameters that nobody wrote a rule for, as `Set-CsSite -Identity`.
    var ruleless: [String] {
        commands.flatMap { command, parameters in
            parameters.filter { KitRule.rule(command, $0.key, $0.value) == nil }
                .map { "\(command) -\($0.key)" }
        }.sorted()
    }

    /// The file.
    var text: String {
        let names = commands.keys.sorted()
        return
            ([
                "# What the agent may do at this endpoint: the commands, parameters and values that it",
                "# sends, and no others. -WhatIf and -Confirm go with every command that has them.",
                "#",
                "# Made from the agent's closed list of commands; a test compares them. Do not edit:",
                "# REWRITE_KIT=1 swift test --filter WindowsKitTests",
                "@{",
                "    GUID = \(quoted(RoleCapabilityFile.identifiers[role] ?? ""))",
                "    Author = 'The Edgewarden authors'",
                "    Description = \(quoted("Edgewarden: \(role.rawValue)"))",
            ]
            + list("VisibleCmdlets", names.filter { !RoleCapabilityFile.isFunction($0) })
            + list("VisibleFunctions", names.filter(RoleCapabilityFile.isFunction))
            + RoleCapabilityFile.question + ["}"])
            .map { $0 + "\n" }.joined()
    }

    /// The `Get-Command` of constrained sessions does not know `-ParameterName`; this one does.
    ///
    /// Modules that are being imported may ask it too, as they would the other one.
    private static let question = [
        "    FunctionDefinitions = @(",
        "        @{",
        "            Name = 'Get-Command'",
        "            ScriptBlock = {",
        "                [CmdletBinding()]",
        "                param(",
        "                    [string[]] $Name,",
        "                    [string] $ParameterName,",
        "                    [string[]] $Module,",
        "                    [Management.Automation.CommandTypes] $CommandType",
        "                )",
        "                if ($ParameterName) {",
        "                    foreach ($one in $Name) {",
        "                        Edgewarden\\Find-EdgewardenCommand -Name $one"
            + " -ParameterName $ParameterName",
        "                    }",
        "                } elseif ($Name -or $Module) {",
        "                    Microsoft.PowerShell.Core\\Get-Command @PSBoundParameters",
        "                }",
        "            }",
        "        }",
        "    )",
    ]

    private func list(_ key: String, _ names: [String]) -> [String] {
        guard !names.isEmpty else { return [] }
        return ["    \(key) = @("] + names.flatMap(entry) + ["    )"]
    }

    private func entry(_ command: String) -> [String] {
        let parameters = (commands[command] ?? [:]).sorted { $0.key < $1.key }
        let head = ["        @{", "            Name = \(quoted(command))"]
        guard !parameters.isEmpty else {
            return head + ["            Parameters = @()", "        }"]
        }
        let lines = parameters.flatMap { name, values in
            rows(name, KitRule.rule(command, name, values))
        }
        return head + ["            Parameters = @("] + lines + ["            )", "        }"]
    }

    private func rows(_ parameter: String, _ rule: KitRule?) -> [String] {
        let indent = "                "
        switch rule {
        case nil, .isSwitch: return ["\(indent)@{ Name = \(quoted(parameter)) }"]
        case .like(let pattern):
            return [
                "\(indent)@{", "\(indent)    Name = \(quoted(parameter))",
                "\(indent)    ValidatePattern = \(quoted(pattern))", "\(indent)}",
            ]
        case .oneOf(let choices):
            return [
                "\(indent)@{", "\(indent)    Name = \(quoted(parameter))",
                "\(indent)    ValidateSet = @(",
            ] + choices.map { "\(indent)        \(quoted($0))" }
                + ["\(indent)    )", "\(indent)}"]
        }
    }

    private func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }
}
