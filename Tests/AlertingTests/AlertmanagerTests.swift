import Curl
import FailoverCore
import FailoverEngine
import Foundation
import Testing

@testable import Alerting

/// Debian's own Alertmanager on free ports of this machine.
@Suite("AlertmanagerHook", .serialized)
struct AlertmanagerTests {
    private static let program = "/usr/bin/prometheus-alertmanager"

    private struct Shown: Decodable {
        struct Status: Decodable { let state: String }
        let labels: [String: String]
        let annotations: [String: String]
        let generatorURL: String
        let endsAt: String
        let status: Status
    }

    private let now = Timestamp(
        millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1_000)
    )

    private func alert(
        _ code: NoticeCode,
        _ stage: AlertCourse.Stage,
        _ ended: [Notice] = []
    ) -> Alert {
        Alert(
            id: 1,
            at: now,
            agent: "warden-1",
            notice: Notice(
                code,
                stage == .ends ? .info : .critical,
                route: RouteName("sip"),
                pool: FQDN("edgepool1.contoso.net"),
                sentence: "pool „eins“: \(code.rawValue)"
            ),
            course: AlertCourse(stage: stage, ended: ended)
        )
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: program), "scripts/setup"))
    func `an alert fires in a real Alertmanager until its end comes`() async throws {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "alertmanager-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }  // harmless if left
        let file = scratch.appending(path: "alertmanager.yml")
        try "route: { receiver: none }\nreceivers: [ { name: none } ]\n"
            .write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [
            "--config.file=\(file.path)", "--storage.path=\(scratch.path)/data",
            "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
        ]
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let found = await listeningPort(in: output)
        let port = try #require(found)
        let client = try HTTPClient()
        let url = "http://127.0.0.1:\(port)"
        let hook = AlertmanagerHook(
            name: "am",
            url: url + "/",
            link: "https://wiki.contoso.net/edge",
            tls: TLSOptions(trust: .system),
            client: client
        )
        func shown() async throws -> [Shown] {
            let request = HTTPRequest(
                url: "\(url)/api/v2/alerts",
                tls: TLSOptions(trust: .system)
            )
            let answer = try await client.send(request)
            return try JSONDecoder().decode([Shown].self, from: Data(answer.body))
        }
        let down = alert(.routeDown, .begins)
        #expect(await hook.deliver(down).detail == "HTTP 200")
        // Delivered again, it is the same one still.
        #expect(await hook.deliver(down).isDelivered)
        let firing = try await shown()
        #expect(firing.count == 1)
        let first = try #require(firing.first)
        #expect(
            first.labels == [
                "alertname": "EdgewardenRouteDown", "severity": "critical", "agent": "warden-1",
                "route": "sip", "pool": "edgepool1.contoso.net",
            ]
        )
        #expect(first.annotations["description"] == "pool „eins“: route_down")
        #expect(first.generatorURL == "https://wiki.contoso.net/edge")
        #expect(await hook.deliver(alert(.routeUp, .ends, [down.notice])).isDelivered)
        #expect(try await shown().isEmpty)
        await client.shutdown()
    }

    /// Where it says that it listens, once it does.
    private func listeningPort(in output: Pipe) async -> Int? {
        for await line in lines(of: output) {
            guard let found = line.firstMatch(of: /address=127\.0\.0\.1:(\d+)/) else { continue }
            return Int(found.1)
        }
        return nil
    }
}
