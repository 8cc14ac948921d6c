import FailoverCore
import FailoverEngine

/// Everything that can be told of the agent at present.
struct StatusAbout: Sendable {
    let agent: String
    let version: String
    let warden: @Sendable () -> Warden

    /// What `status` shows.
    var status: StatusBody {
        get async {
            let warden = warden()
            let overview = warden.overview()
            var events: [JournaledRunEvent] = []
            if let running = overview.running {
                // Without its journal the status only lacks the run's times.
                events = (try? await warden.events(of: running.id)) ?? []
            }
            return StatusBody(
                agent: agent,
                version: version,
                organisation: warden.watchedOrganisation,
                overview: overview,
                runningEvents: events,
                outlook: warden.outlook,
                alerts: await warden.alertingState(),
                serverVerdict: { warden.verdict(on: $0, $1) }
            )
        }
    }

    /// The same as Prometheus reads it.
    var metrics: String {
        get async { Metrics(await status, warden().tallies).text }
    }
}
