/// Collects what is said about one file while it is read, and which keys the readers know.
///
/// Used by one load at a time and by one task only.
final class Findings {
    /// Most diagnostics kept; a file with more has one root cause.
    static let maximumDiagnostics = 200

    let file: String
    private var diagnostics: Set<Diagnostic> = []
    private(set) var hasErrors = false
    /// Every key asked for, as `routes.dns.style`: what the example file is compared with.
    private(set) var knownKeys: Set<String> = []

    init(file: String) {
        self.file = file
    }

    /// Everything said so far, from top to bottom.
    var sorted: [Diagnostic] { diagnostics.sorted() }

    /// Whether nothing more is kept, so that the search for good advice can end.
    var isFull: Bool { diagnostics.count >= Self.maximumDiagnostics }

    func error(_ code: Diagnostic.Code, at position: Position?, _ message: String) {
        hasErrors = true
        add(.error, code, position, message)
    }

    func warning(at position: Position?, _ message: String) {
        add(.warning, .advice, position, message)
    }

    func note(key: String, in section: String) {
        knownKeys.insert(section.isEmpty ? key : "\(section).\(key)")
    }

    private func add(
        _ severity: Diagnostic.Severity,
        _ code: Diagnostic.Code,
        _ position: Position?,
        _ message: String
    ) {
        guard !isFull else { return }
        diagnostics.insert(
            Diagnostic(
                file: file,
                line: position?.line ?? 0,
                column: position?.column ?? 0,
                severity: severity,
                code: code,
                message: message
            )
        )
    }
}
