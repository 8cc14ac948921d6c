import ArgumentParser
import Configuring
import Foundation

/// The command `edgewarden discover`.
struct Discover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads the live topology and drafts an agent.conf that watches it.",
        discussion: """
            Asks one Front End; changes nothing. The draft goes to standard output, or to a new file \
            with --output; what needs your eyes goes to standard error. The password is never given \
            here: --password is the NAME of a secret, in $CREDENTIALS_DIRECTORY, in the secrets \
            directory, or in the environment as EDGEWARDEN_SECRET_NAME. Then: edgewarden check \
            --config FILE --online
            """
    )

    @Option(help: ArgumentHelp("The Front End, https://HOST[:5986/wsman].", valueName: "url"))
    var frontEnd: String

    @OptionGroup var logon: LogonOptions

    @Option(help: "A new file for the draft.")
    var output: String?

    func run() async throws {
        if let output, FileManager.default.fileExists(atPath: output) {
            throw CommandFailure(.wrongUsage, "\(output) exists; name a new file")
        }
        let frontEnd = logon.frontEnd(frontEnd)
        let estate = try await logon.discover(frontEnd)
        let draft = EstateDraft(estate, from: frontEnd, logon.choices)
        try write(draft.text)
        report(draft.remarks)
    }

    private func write(_ text: String) throws {
        guard let output else {
            Output.line(text.trimmedAtEnd)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: output), options: .withoutOverwriting)
        } catch {
            throw CommandFailure(
                .no,
                "\(output) cannot be written: \(error.localizedDescription)"
            )
        }
    }

    private func report(_ remarks: [String]) {
        let place = output ?? "the draft"
        Output.error("\(place) watches only. Look at the lines with CHECK, and at these:")
        for remark in remarks {
            for line in Text.wrapped(remark, first: "  - ") { Output.error(line) }
        }
        if remarks.isEmpty { Output.error("  (nothing else)") }
        Output.error("Then: edgewarden check --config \(output ?? "FILE") --online")
    }
}
