/// Reads the keys of one mapping: typed, with their places, reporting everything that is wrong.
///
/// A key that a section asks for is thereby known; what is left over at ``finish(later:)`` is
/// unknown and reported with a suggestion. So a section is a plain list of its keys, and no second
/// list has to be kept.
struct FieldReader {
    let findings: Findings
    /// The dotted path of the section, without list positions: `routes.dns`; empty at the top.
    let section: String
    /// Where the mapping begins.
    let position: Position
    /// Whether the section is written in the file at all.
    let isPresent: Bool
    /// Nil when something else than a mapping stands there, which has been reported.
    private let entries: [SourceNode.Entry]?
    private var asked: [String] = []

    init(
        findings: Findings,
        section: String,
        position: Position,
        isPresent: Bool,
        entries: [SourceNode.Entry]?
    ) {
        self.findings = findings
        self.section = section
        self.position = position
        self.isPresent = isPresent
        self.entries = entries
    }

    /// The whole text.
    init(root entries: [SourceNode.Entry], findings: Findings) {
        self.init(
            findings: findings,
            section: "",
            position: .start,
            isPresent: true,
            entries: entries
        )
    }

    /// Whether the key is written in the file.
    func has(_ key: String) -> Bool { entries?.contains { $0.key == key } ?? false }

    /// Whether the key is left out or its list is empty; a list of wrong items is not empty.
    func isEmpty(_ key: String) -> Bool {
        guard let entry = entries?.first(where: { $0.key == key }) else { return entries != nil }
        if case .sequence(let items) = entry.value.content { return items.isEmpty }
        return false
    }

    /// Where the key is written; the section's own place when it is not.
    func position(of key: String) -> Position {
        entries?.first { $0.key == key }?.keyPosition ?? position
    }

    /// Takes a key out of the mapping; from then on it counts as known.
    mutating func take(_ key: String) -> SourceNode.Entry? {
        asked.append(key)
        findings.note(key: key, in: section)
        return entries?.first { $0.key == key }
    }

    /// The name of a section below this one.
    func path(_ key: String) -> String { section.isEmpty ? key : "\(section).\(key)" }

    /// Reports that a key which has to be there is not, or has nothing in it.
    func reportMissing(_ key: String, _ expectation: String) {
        if entries == nil { return }
        let place = section.isEmpty ? "" : " in '\(section)'"
        let state = has(key) ? "is empty" : "is missing"
        findings.error(
            .missing,
            at: self.position(of: key),
            "'\(key)' \(state)\(place): it takes \(expectation)"
        )
    }

    /// Reports every key that no one asked for.
    ///
    /// - Parameter later: keys of the design that this version does not know, with what to say.
    func finish(later: [String: String] = [:]) {
        let candidates = asked.filter { !has($0) }
        for entry in entries ?? [] where !asked.contains(entry.key) && !findings.isFull {
            if let explanation = later[entry.key] {
                findings.error(
                    .unsupported,
                    at: entry.keyPosition,
                    "'\(entry.key)' is not a key of this version: \(explanation)"
                )
                continue
            }
            var hint = Suggestion.clause(for: entry.key, among: candidates)
            if hint.isEmpty, !asked.isEmpty {
                hint = "; known here: " + asked.sorted().joined(separator: ", ")
            }
            findings.error(
                .unknownKey,
                at: entry.keyPosition,
                "unknown key '\(Printable.short(entry.key))'\(hint)"
            )
        }
    }
}

// MARK: - Single values

extension FieldReader {
    /// The value of a key that may be left out; nil too when it is wrong, which is then reported.
    mutating func optional<Value>(_ key: String, _ kind: ScalarKind<Value>) -> Located<Value>? {
        take(key).flatMap { scalar($0.value, key: key, kind) }
    }

    /// The value of a key that has to be there; nil when it is missing or wrong, which is reported.
    mutating func required<Value>(_ key: String, _ kind: ScalarKind<Value>) -> Located<Value>? {
        guard let entry = take(key) else {
            reportMissing(key, kind.expectation)
            return nil
        }
        return scalar(entry.value, key: key, kind)
    }

    /// The value of a key, or its default.
    mutating func value<Value>(
        _ key: String,
        _ kind: ScalarKind<Value>,
        default fallback: Value
    ) -> Value {
        optional(key, kind)?.value ?? fallback
    }

    /// Reads one node as a single value.
    func scalar<Value>(
        _ node: SourceNode,
        key: String,
        _ kind: ScalarKind<Value>
    ) -> Located<Value>? {
        guard case .scalar(let text, let isQuoted) = node.content else {
            report(node, key: key, mustBe: kind.expectation)
            return nil
        }
        if SourceNode.isNothing(text, isQuoted: isQuoted) {
            findings.error(
                .missing,
                at: node.position,
                "'\(key)' has no value: give \(kind.expectation), or remove the key"
            )
            return nil
        }
        switch kind.read(.init(text, key: key, isQuoted: isQuoted)) {
        case .success(let value): return Located(value: value, position: node.position)
        case .failure(let refusal):
            let shown =
                isQuoted ? "the text \"\(Printable.short(text))\"" : "'\(Printable.short(text))'"
            let message =
                refusal.message
                ?? "'\(key)' must be \(kind.expectation)"
                + (kind.isConfidential ? "" : ", not \(shown)")
            findings.error(refusal.code, at: node.position, message)
            return nil
        }
    }

    /// Reports a node of the wrong shape.
    func report(_ node: SourceNode, key: String, mustBe expectation: String) {
        findings.error(
            .wrongType,
            at: node.position,
            "'\(key)' must be \(expectation), not \(node.shape)"
        )
    }
}
