import FailoverCore

/// What `GET /v1/shadow-report` answers: what mode `auto` would have done, and what people did.
public struct ShadowReportBody: Codable, Sendable {
    /// A route in mode `observe`.
    public struct Observed: Codable, Sendable {
        /// Its name.
        public var route: String
        /// What it is doing and why, as `status` says it.
        public var sentence: String
    }

    /// A decision, and what became of it.
    public struct Decision: Codable, Sendable {
        /// When, in RFC 3339.
        public var at: String
        /// The route.
        public var route: String
        /// The pool that held it.
        public var from: String
        /// The pool it would have gone to.
        public var to: String
        /// Why a person would have been asked; nil when it needed nobody's yes.
        public var asks: String?
        /// What it would have done and why.
        public var sentence: String
        /// `agreed`, `elsewhere`, `nobody_moved`, `replaced` or `open`.
        public var outcome: String
        /// How long after the decision; for one that is open, until now.
        public var afterSeconds: Double
        /// What people did.
        public var outcomeSentence: String
    }

    /// A move of people that mode `auto` would not have made then.
    public struct Move: Codable, Sendable {
        /// When the agent saw it, in RFC 3339.
        public var at: String
        /// The route.
        public var route: String
        /// What held it.
        public var from: String
        /// What held it then.
        public var to: String
        /// By whom, as far as the agent knows.
        public var how: String
        /// What mode `auto` was at then.
        public var sentence: String
    }

    /// The counts.
    public struct Totals: Codable, Sendable {
        /// Moves that it would have made by itself.
        public var automatic: Int
        /// Moves about which it would have asked.
        public var asked: Int
        /// Decisions after which people moved the route to the same pool.
        public var agreed: Int
        /// How long after them that was seen, shortest first.
        public var soonerSeconds: [Double]
        /// Decisions after which people moved it elsewhere.
        public var elsewhere: Int
        /// Decisions after which nobody moved it, and it was needed no longer.
        public var nobodyMoved: Int
        /// Decisions that still stand.
        public var open: Int
        /// Moves of people that it would not have made then.
        public var peopleAlone: Int
        /// Those of them for which it was only waiting for its own time to come.
        public var peopleSooner: Int
        /// All that in sentences.
        public var sentences: [String]
    }

    /// What was before is left out, in RFC 3339; nil for all that is on record.
    public var since: String?
    /// The routes that are in mode `observe` now.
    public var observed: [Observed]
    /// The decisions, oldest first.
    public var decisions: [Decision]
    /// What people did without one, oldest first.
    public var peopleAlone: [Move]
    /// The counts.
    public var totals: Totals

    init(_ report: ShadowReport, observed: [RouteStatus], since: Timestamp?) {
        self.since = since?.description
        self.observed = observed.map { Observed(route: $0.route.name, sentence: $0.reason) }
        decisions = report.cases.map(Decision.init)
        peopleAlone = report.alone.map { alone in
            Move(
                at: alone.at.description,
                route: alone.move.route.name,
                from: alone.move.from,
                to: alone.move.to,
                how: alone.move.how,
                sentence: alone.move.meanwhileInWords
            )
        }
        totals = Totals(report.totals)
    }
}

extension ShadowReportBody.Decision {
    init(_ one: ShadowReport.Case) {
        at = one.at.description
        route = one.decision.move.route.name
        from = one.decision.move.from.name
        to = one.decision.move.to.name
        asks = one.decision.asks
        sentence = one.decision.inWords
        outcome = one.outcome.code
        afterSeconds = one.outcome.after.inSeconds
        outcomeSentence = one.outcome.inWords
    }
}

extension ShadowReportBody.Totals {
    init(_ totals: ShadowReport.Totals) {
        automatic = totals.automatic
        asked = totals.asked
        agreed = totals.agreed
        soonerSeconds = totals.sooner.map(\.inSeconds)
        elsewhere = totals.elsewhere
        nobodyMoved = totals.passed
        open = totals.open
        peopleAlone = totals.alone
        peopleSooner = totals.peopleSooner
        sentences = totals.inWords
    }
}
