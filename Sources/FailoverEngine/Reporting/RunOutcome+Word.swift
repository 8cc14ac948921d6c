public import FailoverCore

extension RunOutcome {
    /// A stable word for programs.
    public var word: String {
        switch self {
        case .done: "done"
        case .rehearsed: "rehearsed"
        case .stoppedUnchanged: "stopped_unchanged"
        case .stopped: "stopped"
        case .stuck: "stuck"
        case .aborted: "aborted"
        }
    }
}
