/// A step's place in its plan, counted from 1.
public struct StepID: JournalNumber {
    /// Counted from 1.
    public let number: Int

    /// Takes a number.
    public init(_ number: Int) { self.number = number }
}

/// Where in Microsoft's documents a step comes from.
public struct StepSource: Sendable, Hashable, Codable, CustomStringConvertible {
    /// A, B, C or D of our runbooks.
    public var procedure: String
    /// The heading in Microsoft's document.
    public var section: String
    /// The step numbers there; empty for what the document leaves out.
    public var steps: String
    /// Why we do it otherwise or besides, where we do.
    public var deviation: String?

    /// Makes a source.
    public init(procedure: String, section: String, steps: String, deviation: String? = nil) {
        self.procedure = procedure
        self.section = section
        self.steps = steps
        self.deviation = deviation
    }

    /// `A 1–5 (Fail over the Edge pool used for Skype for Business Server federation)`.
    public var description: String {
        let place = steps.isEmpty ? "\(procedure), needed besides" : "\(procedure) \(steps)"
        return "\(place) (\(section))"
    }
}

/// One step of a plan.
///
/// What it observes, does, verifies and takes back follows from its operation.
public struct Step: Sendable, Hashable, Codable {
    /// Its place.
    public var id: StepID
    /// What it does, for people.
    public var title: String
    /// Where it comes from.
    public var source: StepSource
    /// What is done.
    public var operation: Operation
    /// The longest that acting, or waiting for a person, may take; then verifying gets as long, but
    /// never more than ``verifyTimeout``.
    public var timeout: Duration

    /// Makes a step.
    public init(
        id: StepID,
        title: String,
        source: StepSource,
        operation: Operation,
        timeout: Duration
    ) {
        self.id = id
        self.title = title
        self.source = source
        self.operation = operation
        self.timeout = timeout
    }

    /// How long its result is looked for; after a person's word a minute.
    public var verifyTimeout: Duration {
        operation.operationClass == .person ? min(timeout, .seconds(60)) : timeout
    }
}
