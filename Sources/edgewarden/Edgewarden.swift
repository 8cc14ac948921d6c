import ArgumentParser
import Daemon

/// The root command: nothing by itself.
struct Edgewarden: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edgewarden",
        abstract: "Watches Edge pools and carries out federation failover and failback.",
        discussion: """
            Exit codes: 0 done; 1 it ran and the answer is no; 2 wrong usage or configuration; \
            3 the agent cannot be reached; 4 a person said no or nobody answered in time; \
            5 accepted, not finished: it waits for a person, is stuck, or you did not stay.
            """,
        version: Version.text,
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: "Reading",
                subcommands: [
                    Status.self, Explain.self, ShadowReportCommand.self, PlanCommand.self,
                    Runs.self, Report.self, Audit.self, Probe.self,
                ]
            ),
            CommandGroup(
                name: "Deciding",
                subcommands: [
                    Approve.self, Deny.self, Failover.self, Failback.self, Drill.self, Done.self,
                    Pause.self, Resume.self, Maintenance.self, Ack.self,
                ]
            ),
            CommandGroup(
                name: "Recovery",
                subcommands: [
                    ResumeRun.self, AbortRun.self, ForceStep.self, Take.self, Release.self,
                    Adopt.self,
                ]
            ),
            CommandGroup(
                name: "Agent",
                subcommands: [
                    Init.self, Discover.self, Check.self, Run.self, Alert.self, Simulate.self,
                ]
            ),
        ]
    )

    func run() throws {
        throw ValidationError("A command is needed.")
    }
}
