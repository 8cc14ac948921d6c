/// One of Microsoft's documents, with the numbered procedures that it holds.
public enum SourceDocument: String, Sendable, Hashable, Codable, CaseIterable {
    /// "Failing over, failing back, or changing the Edge pool in Skype for Business Server".
    case skypeForBusiness = "skype_for_business"
    /// "Failing over the Edge pool used for Lync Server federation in Lync Server 2013".
    case lync2013 = "lync_2013"

    /// A numbered procedure of a document.
    public struct Section: Sendable, Hashable {
        /// A, B, C or D of our runbooks.
        public var procedure: String
        /// Its heading.
        public var heading: String
        /// How many numbered steps it has.
        public var stepCount: Int
    }

    /// Its numbered procedures, in the order of our letters.
    public var sections: [Section] {
        switch self {
        case .skypeForBusiness:
            [
                Section(
                    procedure: "A",
                    heading:
                        "Fail over the Edge pool used for Skype for Business Server federation",
                    stepCount: 7
                ),
                Section(
                    procedure: "B",
                    heading: "To fail over the Edge pool used for XMPP federation",
                    stepCount: 7
                ),
                Section(
                    procedure: "C",
                    heading: "Fail back the Edge pool used for Skype for Business Server federation"
                        + " or XMPP federation",
                    stepCount: 5
                ),
                Section(
                    procedure: "D",
                    heading: "Change the Edge pool associated with a Front End pool",
                    stepCount: 4
                ),
            ]
        case .lync2013:
            [
                Section(
                    procedure: "A",
                    heading: "Failing Over the Edge Pool Used for Lync Server Federation",
                    stepCount: 7
                )
            ]
        }
    }

    /// The document that describes a procedure for a product: its own where there is one.
    static func section(_ procedure: String, _ version: ProductVersion) -> Section? {
        let own: SourceDocument =
            version == .lync2010 || version == .lync2013 ? .lync2013 : .skypeForBusiness
        return (own.sections + SourceDocument.skypeForBusiness.sections)
            .first { $0.procedure == procedure }
    }
}

/// Where each kind of step comes from in Microsoft's documents (runbooks A to D).
extension StepSource {
    /// The source of a step.
    ///
    /// - Parameters:
    ///   - role: what the step is for.
    ///   - kind: what is moved; with several moves in one plan the first of SIP, XMPP and media.
    ///   - direction: away from home or back.
    ///   - version: the target's product, which decides whose headings are named.
    ///   - flag: how the federation flag is kept; decides what of procedure A a route stands for.
    /// - Returns: procedure, heading, step numbers, and why we do it otherwise where we do.
    public static func of(
        _ role: StepRole,
        _ kind: RouteKind,
        _ direction: MoveDirection,
        _ version: ProductVersion = .sfb2015,
        flag: FederationFlag = .preStaged
    ) -> StepSource {
        let place =
            direction == .failback
            ? failback(role, kind)
            : kind == .media || role == .association
                ? association(role) : kind == .sip ? sip(role, flag) : xmpp(role)
        let heading = SourceDocument.section(place.procedure, version)?.heading ?? ""
        return StepSource(
            procedure: place.procedure,
            section: heading,
            steps: place.steps,
            deviation: place.deviation
        )
    }

    /// The numbers of the steps it stands for.
    public var stepNumbers: [Int] {
        steps.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "–").compactMap { Int($0.filter(\.isNumber)) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    private typealias Place = (procedure: String, steps: String, deviation: String?)

    /// Procedure A.
    private static func sip(_ role: StepRole, _ flag: FederationFlag) -> Place {
        switch role {
        case .federationFlag: ("A", "1–5", nil)
        case .siteRoute where flag == .strictSingle:
            ("A", "", "the checkbox alone moves nothing: the route of every site has to be set too")
        case .siteRoute:
            (
                "A", "1–4",
                "both pools carry the federation flag; the switch is the route of every site, which"
                    + " the document leaves out"
            )
        case .publication where flag == .preStaged:
            ("A", "5", "Enable-CsTopology instead of publishing in Topology Builder")
        case .setup: ("A", "6–7", nil)
        default: ("A", "", besides(role))
        }
    }

    /// Procedure B.
    private static func xmpp(_ role: StepRole) -> Place {
        switch role {
        case .anotherPool: ("B", "1", nil)
        case .stopServices: ("B", "2", nil)
        case .siteRoute:
            (
                "B", "3",
                "the document's parameter -XmppExternalFederationRoute does not exist, its value"
                    + " must be a pool's service identity, and every site that uses the failed pool"
                    + " is set"
            )
        case .records: ("B", "4–5", "all members' addresses, not one server's")
        case .recordCheck: ("B", "5", nil)
        case .path, .verification: ("B", "6", nil)
        case .targetCheck: ("B", "6", "checked after the start, not before it")
        case .startServices, .memberCheck: ("B", "7", nil)
        case .restartServices: ("B", "2, 7", nil)
        default: ("B", "", besides(role))
        }
    }

    /// Procedure C.
    private static func failback(_ role: StepRole, _ kind: RouteKind) -> Place {
        let own = kind == .sip ? "2" : kind == .xmpp ? "3" : "4"
        return switch role {
        case .anotherPool: ("C", "1", "checked before the run")
        case .restoredServices: ("C", "1", nil)
        case .unfence: ("C", "1", "the failover had switched its Access Edge off")
        case .soak: ("C", "1", "the document waits for nothing")
        case .association: ("C", "4", nil)
        case .poolFailback: ("C", "5", nil)
        case .federationFlag, .setup: ("C", "2", nil)
        case .siteRoute where kind == .sip:
            ("C", "2", "the switch is the route of every site, which the document leaves out")
        case .siteRoute:
            ("C", "3", "the document's parameter does not exist; see procedure B")
        case .publication where kind == .sip:
            ("C", "2", "Enable-CsTopology instead of publishing in Topology Builder")
        case .records where kind == .xmpp:
            ("C", "3", "the document names the other pool here by mistake")
        case .path: ("C", "3", nil)
        case .recordCheck where kind == .xmpp: ("C", "3", nil)
        case .targetCheck where kind == .xmpp: ("C", "3", nil)
        case .targetCheck, .verification, .partnerTest, .cloudPath, .edgeResolution:
            ("C", own, besides(role))
        default: ("C", "", besides(role))
        }
    }

    /// Procedure D.
    private static func association(_ role: StepRole) -> Place {
        switch role {
        case .association: ("D", "1–4", "a cmdlet for each role instead of Topology Builder")
        case .publication:
            ("D", "", "the document stops at OK; a changed association has to be enabled")
        default: ("D", "", besides(role))
        }
    }

    /// Why a step is there that the documents leave out.
    private static func besides(_ role: StepRole) -> String {
        switch role {
        case .anotherPool: "checked before the run"
        case .storeFailover: "nothing can be written while the Central Management store is dead"
        case .replicationPath: "the store moved, and its new server replicates from elsewhere"
        case .rightsTrial: "what the account may do could not be tried while the store was dead"
        case .federationFlag, .setup: "the federation flag moves with SIP federation"
        case .siteRoute: "the route of every site has to be set"
        case .association: "media moves with its Edge pool"
        case .nextHop: "what the target hands requests to does not answer"
        case .publication: "a changed topology has to be enabled"
        case .replicationGate: "the change takes effect on a server only when its replica has it"
        case .path, .memberCheck, .targetCheck: "the document checks nothing before users move"
        case .stopServices, .startServices, .restartServices: "services are restarted in step"
        case .records: "the document has no DNS step; partners find us by SRV and A"
        case .recordCheck: "one authoritative server that lags leads partners astray"
        case .verification: "the document ends without a check"
        case .partnerTest: "the document ends without a check"
        case .cloudPath: "Microsoft 365 shares the SIP domains: this pool carries its traffic now"
        case .edgeResolution: "where domains are shared, the Edge server has to find itself in DNS"
        case .signIn: "clients sign in by a name that moves too"
        case .fence: "the failed pool would answer again by itself when it returns"
        case .unfence, .soak, .restoredServices: "the pool has to run before anything moves to it"
        case .poolFailback: "only after a failover of the Front End pool"
        }
    }
}
