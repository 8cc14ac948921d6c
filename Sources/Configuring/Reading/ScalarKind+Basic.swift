extension ScalarKind where Value == String {
    /// Any text of 1 to 256 characters in one line.
    static let text = ScalarKind("a text in one line") { text in
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain && !text.isEmpty && text.utf8.count <= 256 ? text : nil
    }

    /// A short name: letters, digits, `-`, `_` and `.`, 1 to 64.
    static let name = ScalarKind("a name of letters, digits, '-', '_' and '.', 64 at most") {
        text in
        isName(text) ? text : nil
    }

    /// An absolute path without `.` and `..` parts.
    static let path = ScalarKind("an absolute path, such as /var/lib/edgewarden") { text in
        let parts = text.split(separator: "/")
        let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard text.hasPrefix("/"), isClean, !parts.isEmpty, text.utf8.count <= 4_096,
            !parts.contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        return text
    }

    /// An absolute path in which ssh gives no character a meaning of its own.
    static let plainPath = ScalarKind(
        "an absolute path of letters, digits, '/', '.', '_', '-' and '+', such as "
            + "/etc/edgewarden/agent.key"
    ) { text in
        let parts = text.split(separator: "/")
        let isPlain = text.utf8.allSatisfy { byte in
            isName(String(decoding: [byte], as: UTF8.self)) || "/+".utf8.contains(byte)
        }
        guard text.hasPrefix("/"), isPlain, !parts.isEmpty, text.utf8.count <= 1_024,
            !parts.contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        return text
    }

    /// The distinguished name of a container in Active Directory, 1024 characters at most.
    static let distinguishedName = ScalarKind(
        "a distinguished name, such as 'OU=Lync,DC=contoso,DC=net' (in quotes)"
    ) { text in
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        let upper = text.uppercased()
        let isContainer = ["OU=", "CN=", "DC="].contains { upper.hasPrefix($0) }
        guard isPlain, isContainer, upper.contains("DC="), text.utf8.count <= 1_024 else {
            return nil
        }
        return text
    }

    /// Whether a text is a name in the sense of ``name``.
    static func isName(_ text: String) -> Bool {
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isAllowed && (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
    }
}

extension ScalarKind where Value == Bool {
    /// `true` or `false`, and nothing else that YAML 1.1 would take for it.
    static let truth = ScalarKind(
        "true or false",
        reading: { text in
            switch (text.text, text.isQuoted) {
            case ("true", false): .success(true)
            case ("false", false): .success(false)
            default: .failure(.wrongType)
            }
        }
    )
}

extension ScalarKind where Value == Int {
    /// A whole number within bounds.
    static func integer(_ range: ClosedRange<Int>) -> ScalarKind {
        ScalarKind("a whole number") { text in
            guard !text.isQuoted, let number = Int(text.text), !text.text.hasPrefix("+") else {
                return .failure(.wrongType)
            }
            guard range.contains(number) else {
                return .failure(
                    .impossible(
                        "'\(text.key)' must be from \(range.lowerBound) to \(range.upperBound), "
                            + "not \(number)"
                    )
                )
            }
            return .success(number)
        }
    }
}

extension ScalarKind where Value == UInt16 {
    /// A TCP port, 1 to 65535.
    static let port = ScalarKind("a port number") { text in
        ScalarKind<Int>.integer(1...65_535).read(
            .init(text.text, key: text.key, isQuoted: text.isQuoted)
        ).map { UInt16($0) }
    }
}

extension ScalarKind where Value == Duration {
    /// A duration with a unit within bounds.
    static func duration(_ range: ClosedRange<Duration>) -> ScalarKind {
        ScalarKind("a duration with a unit, such as 500ms, 5s, 30m or 24h") { text in
            switch DurationText.parse(text.text) {
            case .notADuration: return .failure(.wrongType)
            case .withoutUnit:
                let number = text.text
                return .failure(
                    Refusal(
                        code: .wrongType,
                        message: "'\(text.key)' has no unit: write \(number)s for seconds, "
                            + "\(number)m for minutes or \(number)h for hours"
                    )
                )
            case .duration(let duration):
                guard range.contains(duration) else {
                    return .failure(
                        .impossible(
                            "'\(text.key)' must be from \(DurationText.write(range.lowerBound)) to "
                                + "\(DurationText.write(range.upperBound)), "
                                + "not \(DurationText.write(duration))"
                        )
                    )
                }
                return .success(duration)
            }
        }
    }
}

extension ScalarKind
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of a closed set of words: all that there are, or all but some.
    static func choice(except left: Set<Value> = []) -> ScalarKind where Value: Hashable {
        let words = Value.allCases.filter { !left.contains($0) }.map(\.rawValue)
        let expectation = words.count == 1 ? words[0] : listed(words)
        return ScalarKind(expectation) { text in
            if let value = Value(rawValue: text.text), !left.contains(value) {
                return .success(value)
            }
            let shown = Printable.short(text.text)
            let hint = Suggestion.clause(for: text.text, among: words)
            // A long list would bury the hint.
            let message =
                words.count > 8 && !hint.isEmpty
                ? "'\(text.key)' does not know '\(shown)'"
                : "'\(text.key)' must be \(expectation), not '\(shown)'"
            return .failure(Refusal(code: .wrongType, message: message + hint))
        }
    }

    private static func listed(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
}
