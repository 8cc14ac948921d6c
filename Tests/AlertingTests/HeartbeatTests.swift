import Curl
import FailoverCore
import FailoverEngine
import Logging
import Synchronization
import Testing

@testable import Alerting

@Suite struct HeartbeatTests {
    /// Counts what is logged.
    private struct Counter: LogHandler {
        let lines: Shared<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.value.withLock { $0.append("\(event.message)") } }
    }

    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    private let clock = StillClock()
    private let wallClock = HandClock()

    /// Lets a heart beat at a receiver that answers in turn; it is healthy in turn.
    ///
    /// - Returns: the time that it slept each time, its state then, and what was logged.
    private func beat(
        _ answers: [String],
        healthy: [Bool],
        at identity: ScratchCertificate? = nil,
        trusting caFile: String? = nil
    ) async throws -> (waits: [Duration], states: [HeartbeatState], calls: Int, log: [String]) {
        let tls = TLSOptions(trust: caFile.map { .file(path: $0) } ?? .system)
        return try await withReceiver(answers, with: identity) { receiver in
            let client = try HTTPClient()
            let states = Shared(healthy)
            let lines = Shared<[String]>([])
            let heartbeat = Heartbeat(
                url: Secret(receiver.url("/beat")),
                every: .seconds(60),
                tls: tls,
                client: client,
                clock: clock,
                wallClock: wallClock,
                isHealthy: { states.value.withLock { $0.isEmpty ? false : $0.removeFirst() } },
                logger: Logger(label: "test") { _ in Counter(lines: lines) }
            )
            var waits: [Duration] = []
            var seen: [HeartbeatState] = []
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await heartbeat.run() }
                for _ in healthy {
                    // It sleeps when its call has been answered.
                    await clock.awaitSleeper()
                    seen.append(heartbeat.state)
                    waits.append(await clock.passNextSleep())
                }
                group.cancelAll()
            }
            let trust = TLSOptions(trust: identity.map { .file(path: $0.certificate) } ?? .system)
            let request = HTTPRequest(url: receiver.url("/gets"), tls: trust)
            let gets = String(decoding: try await client.send(request).body, as: UTF8.self)
            await client.shutdown()
            return (
                waits, seen, gets.split(separator: "/beat").count - 1, lines.value.withLock(\.self)
            )
        }
    }

    @Test func `the heart beats only while the agent is healthy, and soon after it is again`()
        async throws
    {
        let told = try await beat(["200"], healthy: [true, false, false, true])
        #expect(told.calls == 2)
        #expect(told.waits == [.seconds(60), .seconds(5), .seconds(5), .seconds(60)])
        #expect(told.states.allSatisfy { $0.failingSince == nil })
        #expect(told.log == [])
    }

    @Test func `that calls fail is logged once, and shown until they work again`() async throws {
        let told = try await beat(["500", "500", "200"], healthy: [true, true, true])
        let now = wallClock.now()
        #expect(told.states.map(\.failingSince) == [now, now, nil])
        #expect(
            told.states.map(\.detail) == ["HTTP 500: as told", "HTTP 500: as told", "HTTP 200"]
        )
        #expect(told.log == ["heartbeat fails", "heartbeat works again"])
    }

    @Test func `a receiver with an authority of its own is called when that is trusted`()
        async throws
    {
        let made = try ScratchCertificate()
        let told = try await beat(
            ["200"],
            healthy: [true],
            at: made,
            trusting: made.certificate
        )
        #expect(told.calls == 1 && told.states.map(\.detail) == ["HTTP 200"])
        let refused = try await beat(["200"], healthy: [true], at: made)
        #expect(refused.calls == 0)
        #expect(refused.states.first?.detail?.contains("certificate") == true)
        #expect(refused.log == ["heartbeat fails"])
    }
}
