extension WaitingBody {
    /// The pool that is to hold the route.
    public var target: String {
        let move = plan.moves.first { $0.route == route } ?? plan.moves.first
        return move?.to ?? ""
    }

    /// How many people have yet to say yes.
    public var yesesMissing: Int { (approvalsNeeded ?? 1) - (approvedBy ?? []).count }

    /// What the two-person rule asks for; nil where one yes is enough.
    public var twoPersonWords: String? {
        guard (approvalsNeeded ?? 1) > 1 else { return nil }
        guard let first = approvedBy?.first else { return "It needs the yes of two persons." }
        return "\(first) said yes; it needs the yes of another person."
    }
}
