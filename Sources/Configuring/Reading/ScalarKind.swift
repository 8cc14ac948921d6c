/// Why a single value is refused.
struct Refusal: Error {
    var code: Diagnostic.Code
    /// The whole message; nil for "'key' must be <expectation>, not '<text>'".
    var message: String?

    static let wrongType = Refusal(code: .wrongType, message: nil)

    static func impossible(_ message: String) -> Refusal {
        Refusal(code: .impossible, message: message)
    }
}

/// How one kind of single value is read: a duration, a name, a choice.
struct ScalarKind<Value>: Sendable {
    /// A single value as written.
    struct Text: Sendable {
        var key: String
        var text: String
        var isQuoted: Bool

        /// The text of a key, quoted unless told otherwise.
        init(_ text: String, key: String = "", isQuoted: Bool = true) {
            self.key = key
            self.text = text
            self.isQuoted = isQuoted
        }
    }

    /// What belongs there, to follow "must be".
    var expectation: String
    /// Whether the text must not be shown, because people put secrets there by mistake.
    var isConfidential = false
    /// Reads the text.
    var read: @Sendable (Text) -> Result<Value, Refusal>

    /// A kind whose text either reads or is of the wrong type.
    init(_ expectation: String, _ read: @escaping @Sendable (String) -> Value?) {
        self.expectation = expectation
        self.read = { text in read(text.text).map { .success($0) } ?? .failure(.wrongType) }
    }

    /// A kind with messages of its own.
    init(
        _ expectation: String,
        isConfidential: Bool = false,
        reading read: @escaping @Sendable (Text) -> Result<Value, Refusal>
    ) {
        self.expectation = expectation
        self.isConfidential = isConfidential
        self.read = read
    }
}
