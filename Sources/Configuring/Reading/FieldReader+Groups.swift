extension FieldReader {
    /// A list of single values; nil when the key is left out.
    ///
    /// Wrong items are reported and left out.
    mutating func list<Value>(_ key: String, of kind: ScalarKind<Value>) -> [Located<Value>]? {
        take(key).map { entry in
            items(entry.value, key: key, of: kind.expectation).compactMap {
                scalar($0, key: key, kind)
            }
        }
    }

    /// A list of groups of keys; empty when the key is left out.
    ///
    /// Groups that give nil are left out.
    mutating func groups<Value>(
        _ key: String,
        each body: (inout FieldReader) -> Value?
    ) -> [Located<Value>] {
        guard let entry = take(key) else { return [] }
        return items(entry.value, key: key, of: "a group of keys").compactMap { item in
            guard case .mapping(let entries) = item.content else {
                report(item, key: key, mustBe: "a list of groups of keys")
                return nil
            }
            var reader = FieldReader(
                findings: findings,
                section: path(key),
                position: item.position,
                isPresent: true,
                entries: entries
            )
            return body(&reader).map { Located(value: $0, position: item.position) }
        }
    }

    /// A group of keys; when it is left out, the body reads an empty one and so finds the defaults.
    mutating func group<Value>(_ key: String, _ body: (inout FieldReader) -> Value) -> Value {
        let entry = take(key)
        var reader = FieldReader(
            findings: findings,
            section: path(key),
            position: entry?.keyPosition ?? position,
            isPresent: entry != nil,
            entries: entry.map { mapping($0.value, key: key) } ?? .some([])
        )
        return body(&reader)
    }

    /// A group of keys that are names of the user's choice, in the order of the file.
    mutating func dictionary(_ key: String) -> [SourceNode.Entry] {
        take(key).flatMap { mapping($0.value, key: key) } ?? []
    }

    /// Reads the name that a ``dictionary(_:)`` uses as key.
    func name<Value>(_ entry: SourceNode.Entry, _ kind: ScalarKind<Value>) -> Located<Value>? {
        switch kind.read(.init(entry.key, key: entry.key)) {
        case .success(let value): return Located(value: value, position: entry.keyPosition)
        case .failure(let refusal):
            findings.error(
                refusal.code,
                at: entry.keyPosition,
                "the name before the colon must be \(kind.expectation), "
                    + "not '\(Printable.short(entry.key))'"
            )
            return nil
        }
    }

    /// A reader for one group inside this section, such as a ``dictionary(_:)`` entry's value.
    func reader(of entry: SourceNode.Entry, section name: String) -> FieldReader {
        FieldReader(
            findings: findings,
            section: path(name),
            position: entry.keyPosition,
            isPresent: true,
            entries: mapping(entry.value, key: entry.key)
        )
    }

    private func mapping(_ node: SourceNode, key: String) -> [SourceNode.Entry]? {
        if case .mapping(let entries) = node.content { return entries }
        reportShape(node, key: key, mustBe: "a group of keys")
        return nil
    }

    private func items(_ node: SourceNode, key: String, of what: String) -> [SourceNode] {
        if case .sequence(let items) = node.content { return items }
        reportShape(node, key: key, mustBe: "a list ('[...]', or lines with '- ')")
        return []
    }

    private func reportShape(_ node: SourceNode, key: String, mustBe expectation: String) {
        if case .scalar(let text, let isQuoted) = node.content,
            SourceNode.isNothing(text, isQuoted: isQuoted)
        {
            findings.error(
                .missing,
                at: node.position,
                "'\(Printable.short(key))' has no value: give \(expectation), or remove the key"
            )
        } else {
            report(node, key: Printable.short(key), mustBe: expectation)
        }
    }
}
