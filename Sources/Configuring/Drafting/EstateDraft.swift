public import FailoverCore

/// A configuration drafted from a live topology: commented, valid, and watching only.
public struct EstateDraft: Sendable {
    let estate: DiscoveredEstate
    let frontEnd: FrontEndText
    let choices: DraftChoices
    var lines: [String] = []
    private var placeholders = 0
    /// What a person must look at, a sentence each, in the order of the file.
    public private(set) var remarks: [String] = []

    /// Drafts the file.
    ///
    /// - Parameters:
    ///   - estate: what was read.
    ///   - frontEnd: how the Front End was reached that it was read from.
    ///   - choices: what a person chose; by default the file only watches.
    public init(
        _ estate: DiscoveredEstate,
        from frontEnd: FrontEndText,
        _ choices: DraftChoices = DraftChoices()
    ) {
        self.estate = estate
        self.frontEnd = frontEnd
        self.choices = choices
        write()
        remarks += estate.staleReplicas.map { "the replica of \($0) is not up to date" }
        remarks += estate.gaps
    }

    /// The file; it passes `check` whenever the estate has a site and an Edge pool with members.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func write() {
        lines = [
            "# Drafted by `\(choices.command)` from the live topology"
                + (choices.mode == .observe ? "; it watches and changes nothing." : "."),
            "# Lines with CHECK need your eyes; agent.conf.example explains every key.", "",
        ]
        writeAgent()
        writeDomains()
        writeEdgePools()
        writeFrontEndPools()
        writeRoutes()
        writeManagement()
        writeZones()
        if let authorities = choices.edgeAuthorities {
            lines += ["", "probes:", "  ca_file: \(quoted(authorities))"]
        }
        writeAlerts()
    }

    /// The site where an agent stands best: none that is a route's home, where there is such a one.
    public static func likelySite(in estate: DiscoveredEstate) -> SiteName? {
        let homes = [RouteKind.sip, .xmpp].compactMap { kind in
            estate.holder(of: kind).flatMap { home in
                estate.edgePools.first { $0.fqdn == home }?.site
            }
        }
        return estate.sites.map(\.name).first { !homes.contains($0) } ?? estate.sites.first?.name
    }

    private mutating func writeAgent() {
        let site = choices.site ?? EstateDraft.likelySite(in: estate)
        lines += ["agent:", "  name: \(quoted(choices.agent))"]
        if choices.site == nil {
            lines.append("  # CHECK: where this agent stands; best in no route's home site.")
        }
        lines.append("  site: \(self.site(site))")
        if let secretsDirectory = choices.secretsDirectory {
            lines.append("  secrets_directory: \(quoted(secretsDirectory))")
        }
    }

    private mutating func writeAlerts() {
        guard let alert = choices.alert else {
            remark("alerts go nowhere: add a place under 'alerts'")
            return
        }
        lines += ["", "alerts:"]
        for (place, line) in alert.lines.enumerated() {
            lines.append((place == 0 ? "  - " : "    ") + line)
        }
    }

    func site(_ name: SiteName?) -> String {
        (name ?? estate.sites.first?.name).map { quoted($0.name) } ?? "''"
    }

    /// An address of the documentation block, which leads nowhere (RFC 5737).
    mutating func placeholder(for what: String) -> String {
        placeholders += 1
        remark("\(what) was not found: 192.0.2.\(placeholders) stands in the file")
        return "192.0.2.\(placeholders)"
    }

    mutating func remark(_ sentence: String) { remarks.append(sentence) }
}
