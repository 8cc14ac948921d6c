extension FieldReader {
    /// A program and its arguments, which has to be there; nil when it is wrong, which is reported.
    mutating func command(_ key: String) -> [String]? {
        guard let words = list(key, of: .argument) else {
            reportMissing(key, "a list: the absolute path, then the arguments")
            return nil
        }
        guard let program = words.first else {
            guard isEmpty(key) else { return nil }
            findings.error(
                .missing,
                at: position(of: key),
                "'\(key)' is empty: give the absolute path, then the arguments"
            )
            return nil
        }
        guard case .success = ScalarKind<String>.path.read(.init(program.value)) else {
            findings.error(
                .impossible,
                at: program.position,
                "the first word of '\(key)' must be an absolute path, "
                    + "not '\(Printable.short(program.value))'; no shell and no PATH are used"
            )
            return nil
        }
        return words.map(\.value)
    }
}

extension ScalarKind where Value == String {
    /// A command's word: any text without a NUL character.
    fileprivate static let argument = ScalarKind("a text without control characters") { text in
        text.utf8.contains(0) || text.utf8.count > 4_096 ? nil : text
    }
}
