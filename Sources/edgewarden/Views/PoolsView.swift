import ControlAPI

/// Pools and their members as a table: a column for each protocol; what is not well follows in
/// words.
struct PoolsView {
    private let legs: [PoolBody]
    private let detail: Detail

    init(_ legs: [PoolBody], detail: Detail = .usual) {
        self.legs = legs
        self.detail = detail
    }

    var lines: [String] {
        guard !legs.isEmpty else { return ["  none"] }
        let titles = Paint.faint(cells(kinds))
        return row("", titles)
            + pools.flatMap { pool in
                row("  " + pool, cells(kinds.map { poolCell(leg(pool, $0)) }))
                    + kinds.compactMap { leg(pool, $0) }.flatMap(remark)
                    + shownServers(of: pool).flatMap { server in
                        let name = "    " + PoolsView.short(server, in: pool)
                        let probes = kinds.map { probe(of: server, leg(pool, $0)) }
                        return row(name, cells(probes.map(serverCell)))
                            + zip(kinds, probes).flatMap(remarks)
                    }
            } + folded
    }

    // MARK: Folding

    private var folded: [String] {
        let number = pools.map { servers(of: $0).count - shownServers(of: $0).count }.reduce(0, +)
        guard number > 0 else { return [] }
        let count = Text.count(number, "server")
        return [Paint.faint("    \(count) of pools that are up: make the window higher")]
    }

    private func shownServers(of pool: String) -> [String] {
        let isFolded = detail == .folded && legs.allSatisfy { $0.pool != pool || $0.isWell }
        return isFolded ? [] : servers(of: pool)
    }

    // MARK: Columns

    private static let cellWidth = 10

    private var pools: [String] {
        var seen: Set<String> = []
        return legs.map(\.pool).filter { seen.insert($0).inserted }
    }

    private var kinds: [String] {
        let known = ["sip", "xmpp", "media", "access"]
        let found = Set(legs.map(\.kind))
        return known.filter(found.contains) + found.subtracting(known).sorted()
    }

    private var nameWidth: Int {
        let longest = pools.map { $0.count + 4 }.max() ?? 0
        let left = Text.width - kinds.count * PoolsView.cellWidth
        return min(max(longest, 20), left)
    }

    /// A name and its cells; a name that is too long has a line of its own.
    private func row(_ name: String, _ cells: String) -> [String] {
        guard name.count >= nameWidth else {
            return [(name.padded(to: nameWidth) + cells).trimmedAtEnd]
        }
        return [name, ("".padded(to: nameWidth) + cells).trimmedAtEnd]
    }

    private func cells(_ texts: [String]) -> String {
        texts.map { $0.padded(to: PoolsView.cellWidth) }.joined()
    }

    /// Without the domain that it has in common with its pool.
    private static func short(_ server: String, in pool: String) -> String {
        let domain = pool.drop { $0 != "." }
        return !domain.isEmpty && server.hasSuffix(domain)
            ? String(server.dropLast(domain.count)) : server
    }

    // MARK: Cells

    private func leg(_ pool: String, _ kind: String) -> PoolBody? {
        legs.first { $0.pool == pool && $0.kind == kind }
    }

    private func servers(of pool: String) -> [String] {
        var seen: Set<String> = []
        return legs.filter { $0.pool == pool }.flatMap(\.servers).map(\.server)
            .filter { seen.insert($0).inserted }
    }

    private func probe(of server: String, _ leg: PoolBody?) -> ServerBody? {
        leg?.servers.first { $0.server == server }
    }

    private func poolCell(_ leg: PoolBody?) -> String {
        guard let leg else { return Paint.faint("–") }
        return Paint.verdict(leg.verdict)(leg.verdict.shouted)
    }

    private func serverCell(_ probe: ServerBody?) -> String {
        guard let probe else { return Paint.faint("–") }
        guard probe.verdict == "up" else {
            return Paint.verdict(probe.verdict)(probe.verdict.shouted)
        }
        if probe.suspect == true { return Paint.warning("SUSPECT") }
        guard probe.hasAnswered, let latency = probe.latencyMilliseconds else {
            return Paint.good("up")
        }
        return Paint.good("\(Int(latency.rounded()))ms")
    }

    // MARK: Remarks

    /// A pool that is up has nothing to say that its members do not.
    private func remark(_ leg: PoolBody) -> [String] {
        if leg.verdict == "up" { return [] }
        return Text.wrapped("\(leg.kind): \(leg.reason)", first: "      ")
    }

    private func remarks(_ kind: String, _ probe: ServerBody?) -> [String] {
        guard let probe, detail == .usual || detail == .whole else { return [] }
        var sentences: [String] = []
        if !probe.isWell || detail == .whole { sentences.append(probe.reason) }
        sentences += probe.certificateProblems.map(CertificateWords.inWords)
        if detail == .whole, let expires = probe.certificateExpires {
            sentences.append("certificate valid until \(expires)")
        }
        guard !sentences.isEmpty else { return [] }
        return Text.wrapped("\(kind): \(sentences.joined(separator: "; "))", first: "        ")
    }
}

extension String {
    /// A verdict; what is wrong stands out without colour.
    fileprivate var shouted: String { self == "up" ? self : uppercased() }
}

extension PoolBody {
    /// Whether there is nothing to say of it or of one of its members.
    fileprivate var isWell: Bool { verdict == "up" && servers.allSatisfy(\.isWell) }
}

extension ServerBody {
    fileprivate var isWell: Bool { verdict == "up" && hasAnswered && suspect != true }

    /// Whether the last probe had an answer in its protocol; some answers have codes of their own.
    fileprivate var hasAnswered: Bool {
        code == "answered" || ["sip_", "xmpp_"].contains { code?.hasPrefix($0) ?? false }
    }
}
