import ControlAPI

extension [MoveBody] {
    /// `sip` or `sip and xmpp`.
    var routes: String { map(\.route).joined(separator: " and ") }

    /// `sip, edgepool1.contoso.net to edgepool2.contoso.net`; the pools once where they are the same.
    var inWords: String {
        guard let first, allSatisfy({ $0.from == first.from && $0.to == first.to }) else {
            return map { "\($0.route), \($0.from) to \($0.to)" }.joined(separator: "; ")
        }
        return "\(routes), \(first.from) to \(first.to)"
    }

    /// The pools that are to hold them, each once.
    var targets: [String] {
        var seen: [String] = []
        for move in self where !seen.contains(move.to) { seen.append(move.to) }
        return seen
    }

    /// `edgepool2.contoso.net holds routes sip and xmpp`.
    var arrived: String {
        let many = count > 1 ? "routes" : "route"
        guard targets.count == 1, let pool = targets.first else {
            return map { "\($0.to) holds route \($0.route)" }.joined(separator: ", ")
        }
        return "\(pool) holds \(many) \(routes)"
    }
}
