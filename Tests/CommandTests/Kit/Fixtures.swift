import ControlAPI

/// What the fake agent has to say, as the real one writes it.
enum Fixtures {
    static let home = "edgepool1.contoso.net"
    static let target = "edgepool2.contoso.net"

    /// All is well.
    static var status: StatusBody {
        read(
            """
            {"agent":"warden-1","version":"0.1.0","dns":[],"waiting":[],"pauses":[],"pending_fences":[],
             "routes":[
               {"name":"sip","kind":"sip","mode":"approve","home":"edgepool1.contoso.net",
                "standby":["edgepool2.contoso.net"],"holder":"edgepool1.contoso.net",
                "phase":"watching","reason":"edgepool1 holds SIP federation and is up",
                "since_seconds":3600},
               {"name":"xmpp","kind":"xmpp","mode":"auto","home":"edgepool1.contoso.net",
                "standby":["edgepool2.contoso.net"],"holder":"edgepool2.contoso.net",
                "phase":"soaking","reason":"edgepool2 holds XMPP federation; edgepool1 has been up for 5m; the failback is asked for when it has been up for 30m",
                "since_seconds":300,"remaining_seconds":1500}],
             "pools":[
               {"pool":"edgepool1.contoso.net","kind":"sip","verdict":"degraded",
                "reason":"1 of 2 members is down: edge12 refuses connections on 5061 (3 probes in a row from warden-1)",
                "servers":[
                  {"server":"edge11.contoso.net","verdict":"up","target":"10.1.0.11:5061",
                   "code":"answered","reason":"SIP/2.0 200 OK","latency_milliseconds":12.25,
                   "probed_at":"2026-11-21T13:08:10Z","certificate_expires":"2027-11-21T13:08:10Z",
                   "certificate_problems":["noClientUsage"]},
                  {"server":"edge12.contoso.net","verdict":"down","target":"10.1.0.12:5061",
                   "code":"refused","reason":"10.1.0.12:5061 refused the connection",
                   "latency_milliseconds":1.5,"probed_at":"2026-11-21T13:08:10Z",
                   "certificate_problems":[]}]}]}
            """
        )
    }

    /// A hook that fails, one in its quiet hours, two that are well; and a heartbeat that fails.
    static var alerts: AlertsBody {
        read(
            """
            {"hooks":[
               {"name":"ops","waiting":12,"held_back":0,"failing_since":"2026-11-21T13:08:10Z",
                "failures_in_a_row":7,"abandoned":1,"detail":"HTTP 404: no_team"},
               {"name":"chat","waiting":3,"held_back":3,"failures_in_a_row":0,"abandoned":0},
               {"name":"log","waiting":0,"held_back":0,"failures_in_a_row":0,"abandoned":0,
                "detail":"handed over"},
               {"name":"pager","waiting":0,"held_back":0,"failures_in_a_row":0,"abandoned":0}],
             "heartbeat":{"failing_since":"2026-11-21T13:09:10Z",
                          "detail":"it refuses connections"}}
            """
        )
    }

    static var plan: PlanBody {
        read(
            """
            {"digest":"3f2a1b4c5d6e7f803f2a1b4c5d6e7f803f2a1b4c5d6e7f803f2a1b4c5d6e7f80",
             "direction":"failover","endpoint":"https://fe21.contoso.net:5986/wsman",
             "needs_approval":false,
             "moves":[{"route":"sip","kind":"sip","from":"edgepool1.contoso.net",
                       "to":"edgepool2.contoso.net"}],
             "impact":["messages from federated partners go to the other pool once their DNS caches run out"],
             "warnings":["the TTL of sip.contoso.com is 3600 seconds: caches may lead to the old pool for an hour"],
             "evidence":[{"pool":"edgepool1.contoso.net","kind":"sip","verdict":"down",
                          "reason":"all members are down"}],
             "steps":[
               {"number":1,"title":"Lead the SIP federation of site Redmond to edgepool2",
                "source":{"procedure":"A","section":"Fail over the Edge pool used for Skype for Business Server federation","steps":"1–4","deviation":"both pools carry the federation flag"},
                "place":"fe21","checks":[],
                "operation_class":"state","changes":["site Redmond: edgepool1 to edgepool2"],
                "commands":["Set-CsSite -Identity Site:Redmond -SipFederationRoute EdgeServer:edgepool2.contoso.net"],
                "undo":["Set-CsSite -Identity Site:Redmond -SipFederationRoute EdgeServer:edgepool1.contoso.net"],
                "timeout_seconds":120},
               {"number":2,"title":"Wait until the replicas have it",
                "source":{"procedure":"A","section":"Fail over the Edge pool used for Skype for Business Server federation","steps":""},
                "place":"fe21","checks":["replicas of fe11.contoso.net, fe12.contoso.net"],
                "operation_class":"reading","changes":[],"commands":["Get-CsManagementStoreReplicationStatus"],
                "undo":[],"timeout_seconds":600}]}
            """
        )
    }

    /// A request that waits.
    static func waiting(_ number: Int, route: String = "sip") -> WaitingBody {
        var waiting: WaitingBody = read(
            """
            {"request":1,"route":"sip","trigger":"edgepool1 has been down for 2m",
             "asked_at":"2026-11-21T13:08:10Z","remaining_seconds":1700,
             "plan":\(text(plan))}
            """
        )
        waiting.request = number
        waiting.route = route
        return waiting
    }

    /// A run at some point: as many steps verified as told.
    static func run(
        _ number: Int,
        request: Int,
        verified: Int,
        outcome: String = "running",
        words: String = "running",
        isDrill: Bool = false,
        isRehearsal: Bool = false
    ) -> RunBody {
        let steps = (1...2).map { step in
            let phase = step <= verified ? "verified" : step == verified + 1 ? "running" : "pending"
            return """
                {"number":\(step),"title":"step title \(step)","phase":"\(phase)",
                 "changes":["value \(step): old → new"],"detail":"detail \(step)","seconds":1.25}
                """
        }
        let end = outcome == "running" ? "null" : "\"2026-11-21T13:09:15Z\""
        return read(
            """
            {"run":\(number),"request":\(request),"route":"sip","direction":"failover",
             "from":"edgepool1.contoso.net","to":"edgepool2.contoso.net",
             "moves":[{"route":"sip","kind":"sip","from":"edgepool1.contoso.net",
                       "to":"edgepool2.contoso.net"}],
             "trigger":"edgepool1 has been down for 2m","authority":"approved by ann",
             "started_at":"2026-11-21T13:08:10Z","finished_at":\(end),
             "is_drill":\(isDrill),"is_rehearsal":\(isRehearsal),"undo":[],
             "outcome":"\(outcome)","outcome_text":"\(words)",
             "steps":[\(steps.joined(separator: ","))]}
            """
        )
    }

    /// The same run, waiting for a person at its second step.
    static func awaiting(_ run: RunBody, seen: String? = nil) -> RunBody {
        var run = run
        run.steps[1].phase = "waiting"
        run.awaits = read(
            """
            {"run":\(run.run),"step":2,"title":"Move the federation flag to edgepool2",
             "task":{"instruction":"On a Front End, open Topology Builder and publish",
                     "reason":"no cmdlet moves this checkbox",
                     "check":"the topology says that edgepool2 has port 5061",
                     "commands":[]},
             "is_undo":false,"asked_at":"2026-11-21T13:08:20Z","until":"2999-11-21T17:08:20Z"}
            """
        )
        run.awaits?.seen = seen
        return run
    }

    static func report(_ run: RunBody, lines: Int = 1) -> ReportBody {
        let line = #"{"at":"2026-11-21T13:08:10Z","at_milliseconds":0,"text":"run began"}"#
        return read(
            """
            {"run":\(text(run)),"timeline":[\(repeatElement(line, count: lines).joined(separator: ","))],
             "changes":[],"undo":[],"durations":{"run_seconds":65},"markdown":"# Run \(run.run)\\n\\nDone.\\n"}
            """
        )
    }

    private static func text(_ value: some Encodable) -> String {
        do {
            return String(decoding: try WireCoding.encode(value), as: UTF8.self)
        } catch {
            preconditionFailure("a fixture cannot be written: \(error)")
        }
    }

    static func read<Value: Decodable>(_ text: String) -> Value {
        do {
            return try WireCoding.decode(Value.self, from: Array(text.utf8))
        } catch {
            preconditionFailure("a fixture cannot be read: \(error)")
        }
    }
}
