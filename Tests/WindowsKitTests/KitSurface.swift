import FailoverCore

/// What the agent uses at each kind of server: command → parameter → the values that were sent.
struct KitSurface {
    typealias Commands = [String: [String: Set<ParameterValue>]]

    /// Every constrained session has these on what supports them; a role capability that named
    /// them would define them twice.
    static let common: Set<String> = [
        CmdletParameter.whatIf.rawValue, CmdletParameter.confirm.rawValue,
    ]

    private(set) var roles: [KitRole: Commands] = [:]

    init(_ sent: Set<SentCommand>) {
        for role in KitRole.allCases { roles[role] = [:] }
        for entry in sent { add(entry) }
        for role in KitRole.allCases { addQuestions(role) }
    }

    private mutating func add(_ entry: SentCommand) {
        let name = entry.command.cmdlet.rawValue
        var parameters = roles[entry.role]?[name] ?? [:]
        for binding in entry.command.bindings
        where !KitSurface.common.contains(binding.parameter.rawValue) {
            parameters[binding.parameter.rawValue, default: []].insert(binding.value)
        }
        roles[entry.role]?[name] = parameters
    }

    /// Everywhere the agent may ask for whatever is there: `check --online` does.
    private mutating func addQuestions(_ role: KitRole) {
        let asking = Cmdlet.getCommand.rawValue
        let commands = (roles[role] ?? [:]).filter { $0.key != asking }
        let parameters = Set(commands.values.flatMap(\.keys))
            .union([CmdletParameter.whatIf.rawValue])
        roles[role]?[asking] = [
            CmdletParameter.name.rawValue: Set(commands.keys.map(ParameterValue.string)),
            CmdletParameter.parameterName.rawValue: Set(parameters.map(ParameterValue.string)),
        ]
    }
}

extension ParameterValue {
    /// The texts that a rule of a role capability is held against; none for switches.
    var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .strings(let texts): texts
        case .integer(let number): [String(number)]
        case .bool: []
        }
    }
}
