import FailoverEngine

extension ManagementFailure {
    /// What a failed request means for the command that it served.
    init(_ failure: WSManFailure, during stage: CommandRun.Stage) {
        let mayHaveActed =
            switch stage {
            case .preparing: false
            case .commanding: failure.mayHaveBeenCarriedOut
            case .running: true
            }
        let code: Code =
            switch failure.kind {
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .lost, .unreachable: mayHaveActed ? .answerLost : .unreachable
            case .accessDenied: .accessDenied
            case .notUnderstood, .redirected: .protocolFault
            case .fault(let fault):
                switch fault.meaning {
                case .accessDenied: .accessDenied
                case .gone: mayHaveActed ? .answerLost : .protocolFault
                case .ending: mayHaveActed ? .answerLost : .unreachable
                case .timedOut: .timeout
                case .runAsFailed, .noConfiguration, .notAllowed, .quota, .tooLong, .cannotStart,
                    .elsewhere, .other:
                    .protocolFault
                }
            }
        self.init(code: code, message: failure.message, mayHaveActed: mayHaveActed)
    }
}
