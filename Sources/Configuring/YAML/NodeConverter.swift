import Yams

/// Turns the YAML library's tree into ours: bounded, without aliases, with unique textual keys.
struct NodeConverter {
    /// Deepest nesting; the format itself needs seven.
    static let maximumDepth = 24
    /// Most values, aliases written out; a large estate needs a tenth of it.
    static let maximumNodes = 20_000
    /// The types that plain values have by themselves; the readers judge the text, not the tag.
    private static let harmlessTags: Set<String> = [
        Tag.Name.str.rawValue, Tag.Name.int.rawValue, Tag.Name.float.rawValue,
        Tag.Name.bool.rawValue, Tag.Name.null.rawValue, Tag.Name.timestamp.rawValue,
        Tag.Name.merge.rawValue, Tag.Name.value.rawValue, Tag.Name.map.rawValue,
        Tag.Name.seq.rawValue,
    ]

    let findings: Findings
    let disguised: [Position: Unicode.Scalar]
    private var nodes = 0

    init(findings: Findings, disguised: [Position: Unicode.Scalar]) {
        self.findings = findings
        self.disguised = disguised
    }

    /// Converts a tree; nil when it exceeds a bound, which is then reported.
    mutating func convert(_ node: Node) -> SourceNode? {
        convert(node, depth: 0)
    }

    private mutating func convert(_ node: Node, depth: Int) -> SourceNode? {
        let position = node.mark.map { Position($0) } ?? .start
        nodes += 1
        guard depth <= Self.maximumDepth else {
            findings.error(.syntax, at: position, "nested more than \(Self.maximumDepth) deep")
            return nil
        }
        guard nodes <= Self.maximumNodes else {
            findings.error(.syntax, at: position, "more than \(Self.maximumNodes) values")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style != .plain && scalar.style != .any
            refuse(scalar.tag, at: position)
            return SourceNode(
                content: .scalar(scalar.string, isQuoted: isQuoted),
                position: position
            )
        case .sequence(let sequence):
            refuse(sequence.tag, at: position)
            var items: [SourceNode] = []
            for item in sequence {
                guard let item = convert(item, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return SourceNode(content: .sequence(items), position: position)
        case .mapping(let mapping):
            refuse(mapping.tag, at: position)
            guard let entries = entries(of: mapping, depth: depth) else { return nil }
            return SourceNode(content: .mapping(entries), position: position)
        case .alias:
            // The library resolves aliases while it composes; this case is for its writers.
            findings.error(.syntax, at: position, "an alias that leads nowhere")
            return nil
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [SourceNode.Entry]? {
        var entries: [SourceNode.Entry] = []
        var merged: [SourceNode.Entry] = []
        var places: [String: Position] = [:]
        for (keyNode, valueNode) in mapping {
            let position = keyNode.mark.map { Position($0) } ?? .start
            guard var value = convert(valueNode, depth: depth + 1) else { return nil }
            // The library places a value that is not there at the next word of the file.
            if case .scalar("", isQuoted: false) = value.content { value.position = position }
            guard let key = keyText(keyNode, at: position) else {
                findings.error(.syntax, at: position, "a key must be a word, not a list or group")
                continue
            }
            if key == "<<" {
                merged += entriesToMerge(value)
                continue
            }
            if let first = places[key] {
                findings.error(
                    .duplicate,
                    at: max(first, position),
                    "key '\(Printable.short(key))' is written twice (first in line "
                        + "\(min(first, position).line)); keep one of them"
                )
                continue
            }
            places[key] = position
            entries.append(SourceNode.Entry(key: key, keyPosition: position, value: value))
        }
        for entry in merged where places[entry.key] == nil {
            places[entry.key] = entry.keyPosition
            entries.append(entry)
        }
        return entries
    }

    /// The entries that `<<:` brings in; they yield to the mapping's own.
    private func entriesToMerge(_ value: SourceNode) -> [SourceNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items): return items.flatMap { entriesToMerge($0) }
        case .scalar:
            findings.error(.syntax, at: value.position, "'<<' takes an alias of a group of keys")
            return []
        }
    }

    private func keyText(_ node: Node, at position: Position) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        guard let letter = disguised[position] else { return scalar.string }
        return String(letter) + String(scalar.string.unicodeScalars.dropFirst())
    }

    /// Tags would change what a value means; only those that YAML gives by itself are let through.
    private func refuse(_ tag: Tag, at position: Position) {
        let name = tag.description
        if name.isEmpty || name == "!" || Self.harmlessTags.contains(name) { return }
        findings.error(
            .syntax,
            at: position,
            "YAML tags such as \(Printable.short(name)) are not understood; remove it"
        )
    }
}
