import ControlAPI

/// What `audit` prints.
struct AuditView {
    private let audit: AuditBody

    init(_ audit: AuditBody) { self.audit = audit }

    var lines: [String] {
        guard !audit.lines.isEmpty else { return ["nothing is on record"] }
        let width = audit.lines.map { who($0).count }.max() ?? 0
        return audit.lines.flatMap { line in
            Text.wrapped(line.what, first: "\(line.at)  \(who(line).padded(to: width))  ")
        }
    }

    private func who(_ line: AuditBody.Line) -> String { line.by ?? "the agent" }
}

/// What `audit --verify` prints.
struct ChainView {
    private let chain: ChainBody
    private let head: String?

    init(_ chain: ChainBody, head: String?) {
        self.chain = chain
        self.head = head
    }

    /// What is wrong; nil when nothing is.
    var failure: [String]? {
        if let fault = chain.fault {
            return [
                "the journal is not as it was written: \(fault)",
                "The \(Text.count(chain.entries, "entry", "entries")) before it fit\(span).",
            ]
        }
        guard head != nil, chain.known == nil else { return nil }
        return [
            "no entry has the hash that you gave: what it stood for was changed, or this is another"
                + " journal",
            "The \(Text.count(chain.entries, "entry", "entries")) that are there fit each other\(span).",
        ]
    }

    var lines: [String] {
        let number = chain.entries
        var lines = Text.wrapped(
            "\(Text.count(number, "entry", "entries"))\(span): none was changed, none is missing."
        )
        if let known = chain.known {
            lines += Text.wrapped("The hash that you gave is that of entry \(known).")
        }
        return lines + ["", "Hash of entry \(number):", "  \(chain.head)"]
            + Text.wrapped(
                "Keep it where this machine cannot write: edgewarden audit --verify --head HASH tells"
                    + " later whether anything up to it was changed."
            )
    }

    private var span: String {
        guard let from = chain.from, let to = chain.to else { return "" }
        return " from \(from) to \(to)"
    }
}
