/// What something is needed for; what is missing is put right in this order.
public enum SetupStage: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Without it the agent does not start.
    case start
    /// Without it the agent runs, and does not see or understand all that it is there for.
    case watch
    /// Without it nobody hears of what the agent sees.
    case tell
    /// Without it a failover cannot be carried out, or only in part.
    case act

    /// To stand over what is missing.
    public var inWords: String {
        switch self {
        case .start: "before the agent can start"
        case .watch: "before it can watch"
        case .tell: "before it can tell anybody"
        case .act: "before it can fail over"
        }
    }

    /// Orders as the list above has them.
    public static func < (left: SetupStage, right: SetupStage) -> Bool {
        left.place < right.place
    }

    private var place: Int { SetupStage.allCases.firstIndex(of: self) ?? 0 }
}

/// What a person can do about something that is missing.
public struct Remedy: Sendable, Hashable, Codable {
    /// What to do, in words, or where it is described.
    public var words: String
    /// The very command to type; nil where there is none.
    public var command: String?

    /// Makes a remedy.
    public init(_ words: String, command: String? = nil) {
        self.words = words
        self.command = command
    }
}

/// Something that the agent needs outside itself, and how it did when it was tried.
public struct ConnectionFinding: Sendable, Hashable {
    /// How it did.
    public enum Grade: String, Sendable, Hashable, Codable, CaseIterable {
        /// All is as it should be.
        case well
        /// A person should know; nothing is missing.
        case remark
        /// It does not work.
        case missing
    }

    /// What was tried, such as `Front End of site Dublin, https://fe21.contoso.net:5986`.
    public var place: String
    /// How it did.
    public var grade: Grade
    /// What was found, a sentence each.
    public var details: [String]
    /// What it is needed for.
    public var stage: SetupStage
    /// What to do about it; nil where nothing is to be done.
    public var remedy: Remedy?

    /// Makes a finding.
    public init(
        _ place: String,
        _ grade: Grade,
        _ details: [String],
        for stage: SetupStage,
        remedy: Remedy? = nil
    ) {
        self.place = place
        self.grade = grade
        self.details = details
        self.stage = stage
        self.remedy = remedy
    }
}
