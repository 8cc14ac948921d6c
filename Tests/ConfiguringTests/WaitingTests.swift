import FailoverCore
import Testing

@testable import Configuring

/// How long runs wait for replication and for name servers, in the file and in the organisation.
@Suite struct WaitingTests {
    @Test(arguments: [
        ("{}", 300, 900), ("{ timeout: 1h }", 300, 3_600), ("{ timeout: 6m }", 120, 360),
        ("{ force_after: 20m, timeout: 2h }", 1_200, 7_200),
        ("{ force_after: 1s, timeout: 5s }", 1, 5), ("{ force_after: 10m }", 600, 900),
    ])
    func `replication is forced and given up when the file says`(
        written: String,
        forceAfter: Int,
        timeout: Int
    ) throws {
        let text = try Fixtures.twoSites() + "policy: { replication: \(written) }\n"
        let loaded = try ConfigurationLoader.parse(text)
        #expect(loaded.warnings.isEmpty)
        let expected = ReplicationPatience(
            forceAfter: .seconds(forceAfter),
            timeout: .seconds(timeout)
        )
        #expect(loaded.configuration.organisation.replication == expected)
    }

    @Test func `each zone has its own time to agree`() throws {
        let zone = "{ zone: contoso.com, authoritative: [192.0.2.1], provider: { kind: manual } }"
        let text = try Fixtures.twoSites([
            (
                zone,
                "{ zone: contoso.com, authoritative: [192.0.2.1], agree_within: 1h, "
                    + "provider: { kind: manual } }\n    - " + zone.replacing(".com", with: ".org")
            )
        ])
        let zones = try ConfigurationLoader.parse(text).configuration.organisation.zones
        #expect(zones.map(\.agreeWithin) == [.seconds(3_600), .seconds(120)])
    }
}
