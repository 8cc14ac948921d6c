import ArgumentParser
import Glibc

/// Parses, calls, and ends with the documented exit code (design.md, section 4).
@main
enum Program {
    static func main() async {
        let status = await carryOut()
        // Not exit(): libraries would take their memory apart while other threads still run.
        fflush(nil)
        _exit(status.rawValue)
    }

    private static func carryOut() async -> ExitStatus {
        let command: any ParsableCommand
        do {
            command = try Edgewarden.parseAsRoot()
        } catch {
            return end(with: error)
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            return .done
        } catch let failure as CommandFailure {
            if (command as? any JSONReporting)?.json == true, !failure.sentences.isEmpty {
                Output.json(FailureBody(failure))
            }
            for sentence in failure.sentences { Output.errorSentence(sentence) }
            return failure.status
        } catch {
            return end(with: error)
        }
    }

    /// Help and version are answers; all else that the parser throws is wrong usage.
    private static func end(with error: any Error) -> ExitStatus {
        let text = Edgewarden.fullMessage(for: error)
        if Edgewarden.exitCode(for: error).isSuccess {
            Output.line(text)
            return .done
        }
        Output.error(text)
        return .wrongUsage
    }
}
