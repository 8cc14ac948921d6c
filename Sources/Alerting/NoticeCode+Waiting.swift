import FailoverCore

extension Notice {
    /// Whether it can wait for the end of quiet hours: nothing can that is critical, that belongs to
    /// a failover or failback that is asked for or under way, or that troubles the agent itself.
    var canWait: Bool { severity < .critical && code.canWait }
}

extension NoticeCode {
    fileprivate var canWait: Bool {
        switch self {
        case .routeDown, .routeUp, .approvalWanted, .approvalWithdrawn, .approvalExpired,
            .approvalDenied, .cannotAct, .runStarted, .stepFailed, .runFinished, .runUndone,
            .runStuck, .runTaken, .personWanted, .fencePending, .lockReleased, .foreignHolder,
            .failbackDue, .agentTrouble, .alertAcknowledged, .test:
            false
        case .poolDegraded, .poolImpaired, .standbyDown, .poolUp, .isolated, .late, .vantageSound,
            .standbyNotReady, .standbyReady, .wouldAct, .orderRefused, .dnsMismatch,
            .dnsDisagreement, .dnsUnresolved, .dnsWell, .dnsConverged, .dnsNotConverged,
            .coolDownEnded, .pauseChanged, .noLongerWatched:
            true
        }
    }
}

extension Notice {
    /// Whether people are reminded of it until one of them acknowledges it.
    var waitsForPeople: Bool {
        switch code {
        // The policy itself says it again until a person takes the run.
        case .runStuck: false
        case .approvalWanted, .personWanted: true
        default: severity == .critical
        }
    }
}
