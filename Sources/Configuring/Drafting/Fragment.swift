/// A few lines of a configuration by themselves, judged by the readers of the file.
enum Fragment {
    /// What is wrong with the lines, a sentence each.
    static func problems(of lines: [String], _ read: (inout FieldReader) -> Void) -> [String] {
        let findings = Findings(file: "the options")
        parse(lines, findings, read)
        return findings.sorted.filter { $0.severity == .error }.map(\.message)
    }

    /// Reads the lines; what is wrong with them is in the findings.
    static func parse(
        _ lines: [String],
        _ findings: Findings,
        _ read: (inout FieldReader) -> Void
    ) {
        guard let root = YAMLSource(findings: findings).parse(lines.joined(separator: "\n")),
            case .mapping(let entries) = root.content
        else { return }
        var reader = FieldReader(root: entries, findings: findings)
        read(&reader)
    }
}
