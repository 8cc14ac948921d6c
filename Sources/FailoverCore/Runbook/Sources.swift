/// Where each kind of step comes from in Microsoft's documents (runbooks A, B, C).
extension StepSource {
    private static let sipSection =
        "Fail over the Edge pool used for Skype for Business Server federation"
    private static let xmppSection = "To fail over the Edge pool used for XMPP federation"
    private static let failBackSection =
        "Fail back the Edge pool used for Skype for Business Server federation or XMPP federation"

    /// A step of procedure B.
    static func xmpp(_ steps: String, deviation: String? = nil) -> StepSource {
        StepSource(procedure: "B", section: xmppSection, steps: steps, deviation: deviation)
    }

    /// A step of procedure C.
    static func failBack(_ steps: String, deviation: String? = nil) -> StepSource {
        StepSource(procedure: "C", section: failBackSection, steps: steps, deviation: deviation)
    }

    /// A step of procedure A.
    static func sip(_ steps: String, deviation: String? = nil) -> StepSource {
        StepSource(procedure: "A", section: sipSection, steps: steps, deviation: deviation)
    }

    private static let associationSection =
        "Change the Edge pool associated with a Front End pool"

    /// A step of procedure D.
    static func association(
        _ steps: String,
        _ direction: MoveDirection,
        deviation: String? = nil
    ) -> StepSource {
        direction == .failback
            ? .failBack("4", deviation: deviation)
            : StepSource(
                procedure: "D",
                section: associationSection,
                steps: steps,
                deviation: deviation
            )
    }

    /// Set-CsSite.
    static func siteRoute(_ kind: RouteKind, _ direction: MoveDirection) -> StepSource {
        switch (kind, direction) {
        case (.sip, .failover):
            .sip(
                "1–4",
                deviation: "both pools carry the federation flag; the switch is the route of every"
                    + " site, which the document leaves out"
            )
        case (.xmpp, .failover):
            .xmpp(
                "3",
                deviation: "the document's parameter -XmppExternalFederationRoute does not exist,"
                    + " its value must be a pool's service identity, and every site that uses the"
                    + " failed pool is set"
            )
        case (.media, _): .association("1–4", direction)
        case (.sip, .failback): .failBack("2")
        case (.xmpp, .failback):
            .failBack("3", deviation: "the document's parameter does not exist; see procedure B")
        }
    }

    /// Enable-CsTopology.
    static func publication(_ kinds: [RouteKind], _ direction: MoveDirection) -> StepSource {
        let instead = "Enable-CsTopology instead of publishing in Topology Builder"
        return switch (kinds.contains(.sip), direction) {
        case (true, .failover): .sip("5", deviation: instead)
        case (false, .failover): .xmpp("", deviation: "a changed route has to be enabled")
        case (true, .failback): .failBack("2", deviation: instead)
        case (false, .failback): .failBack("", deviation: "a changed route has to be enabled")
        }
    }

    /// The replication gate.
    static func replicationGate(
        _ kinds: [RouteKind],
        _ direction: MoveDirection
    ) -> StepSource {
        let why = "the change takes effect on a server only when its replica has it"
        return switch (kinds.contains(.sip), direction) {
        case (true, .failover): .sip("", deviation: why)
        case (false, .failover): .xmpp("", deviation: why)
        case (_, .failback): .failBack("", deviation: why)
        }
    }

    /// The target's own port before DNS.
    static func targetCheck(_ kind: RouteKind, _ direction: MoveDirection) -> StepSource {
        switch (kind, direction) {
        case (.media, _): .association("", direction)
        case (.sip, .failover): .sip("", deviation: "the document checks nothing before users move")
        case (.xmpp, .failover): .xmpp("6", deviation: "checked after the start, not before it")
        case (.sip, .failback): .failBack("2", deviation: "the document checks nothing")
        case (.xmpp, .failback): .failBack("3")
        }
    }

    /// DNS changes.
    static func records(_ kind: RouteKind, _ direction: MoveDirection) -> StepSource {
        switch (kind, direction) {
        case (.media, _): .association("", direction)
        case (.sip, .failover):
            .sip("", deviation: "the document has no DNS step; partners find us by SRV and A")
        case (.xmpp, .failover):
            .xmpp("4–5", deviation: "all members' addresses, not one server's")
        case (.sip, .failback): .failBack("2", deviation: "the document has no DNS step")
        case (.xmpp, .failback):
            .failBack("3", deviation: "the document names the other pool here by mistake")
        }
    }

    /// What proves the result.
    static func verification(_ kind: RouteKind, _ direction: MoveDirection) -> StepSource {
        switch (kind, direction) {
        case (.media, _): .association("", direction)
        case (.sip, .failover): .sip("", deviation: "the document ends without a check")
        case (.xmpp, .failover): .xmpp("6")
        case (_, .failback): .failBack(kind == .sip ? "2" : "3", deviation: "checked from outside")
        }
    }
}
