import FailoverCore
import FailoverEngine
import Subprograms

/// Turns how a program ended into words that say what to do.
struct HookFailures {
    let zone: DNSZone
    let program: Subprogram

    /// Accepts exit code 0 in time; throws for every other end.
    func judge(_ report: Subprogram.Report) throws(DNSFailure) {
        let lastLine = LastLine.of(report.words)
        let said = lastLine.isEmpty ? "" : ": \(lastLine)"
        let doubt = "; look whether it was carried out"
        // Told to end, a program may still say yes or no; such a word is not worth much.
        if report.isCancelled {
            let text = "was given up before the program ended\(said)\(doubt)"
            throw failure(.timeout, text, mayHaveActed: true)
        }
        if report.isLate {
            let text =
                "was still running after \(program.timeout.inWords), so the program was "
                + "ended\(said)\(doubt)"
            throw failure(.timeout, text, mayHaveActed: true)
        }
        switch report.ending {
        case .exited(0): return
        case .exited(3):
            throw failure(
                .rejected,
                "did nothing (exit code 3): a record set is not what it was expected to be, so "
                    + "someone else changed it; look at the zone before going on\(said)",
                .recordSetMissing
            )
        case .exited(let code) where code == 4 || code >= 128:
            let text = "ended in doubt (exit code \(code))\(said)\(doubt)"
            throw failure(.rejected, text, mayHaveActed: true)
        case .exited(let code):
            throw failure(.rejected, "was refused (exit code \(code))\(said)")
        case .signalled(let signal):
            let text = "was cut off: signal \(signal) ended the program\(said)\(doubt)"
            throw failure(.rejected, text, mayHaveActed: true)
        }
    }

    /// The failure of a program that never ran, or of which nothing is known.
    func notRun(_ failure: Subprogram.Failure) -> DNSFailure {
        switch failure {
        case .notStarted(let reason):
            return unsent(
                "the program did not start: \(LastLine.of(reason.utf8)); check that the file is there and that the "
                    + "agent may execute it"
            )
        case .lost(let reason):
            let text =
                "was lost sight of: \(LastLine.of(reason.utf8)); look whether it was carried out"
            return self.failure(.rejected, text, mayHaveActed: true)
        }
    }

    /// A failure before the program ran.
    func unsent(_ reason: String) -> DNSFailure { failure(.cannotSend, "was not sent: \(reason)") }

    private func failure(
        _ code: DNSFailure.Code,
        _ text: String,
        _ response: ResponseCode? = nil,
        mayHaveActed: Bool = false
    ) -> DNSFailure {
        guard let server = zone.authoritative.first else {
            preconditionFailure("zone \(zone.name) has no server")
        }
        return DNSFailure(
            code: code,
            server: server,
            response: response,
            message: "The update of zone \(zone.name) (\(zone.view)) by \(program.command[0]) "
                + text,
            mayHaveActed: mayHaveActed
        )
    }
}
