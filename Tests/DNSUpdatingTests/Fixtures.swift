import FailoverCore
import FailoverEngine
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import DNSUpdating

/// Keys that the servers of these tests know, made of nothing secret.
enum TestKeys {
    static let secret = base64(32, seed: 1)
    static let long = base64(64, seed: 2)

    static func base64(_ count: Int, seed: UInt8) -> String {
        Data((0..<count).map { UInt8($0) &* 7 &+ seed }).base64EncodedString()
    }

    /// All keys that servers know, in the servers' words.
    static let all: [(name: String, algorithm: String, secret: String)] = [
        ("edgewarden", "hmac-sha256", secret), ("edgewarden-512", "hmac-sha512", long),
        ("powerless", "hmac-sha256", secret),
    ]

    /// Those that may change A, AAAA and SRV sets.
    static let powerful = ["edgewarden", "edgewarden-512"]

    static func key(
        _ name: String = "edgewarden",
        _ algorithm: TSIGKey.Algorithm = .hmacSHA256,
        secret: String = secret
    ) throws -> TSIGKey {
        try TSIGKey(name: fqdn(name), algorithm: algorithm, secret: Secret(secret))
    }
}

/// Where the zones of these tests come from.
enum TestZones {
    static let contoso = """
        $ORIGIN contoso.test.
        $TTL 300
        @ IN SOA ns1 hostmaster 7 60 10 3600 30
          IN NS ns1
        ns1 IN A 127.0.0.1
        sip 60 IN A 127.0.1.11
            60 IN A 127.0.1.12
        sip IN AAAA 2001:db8::11
        _sipfederationtls._tcp 60 IN SRV 0 0 5061 sip
        _many._tcp 60 IN SRV 20 0 5061 sip
                   60 IN SRV 10 5 5061 ns1
        alias 60 IN CNAME sip
        nowhere 60 IN SRV 0 0 0 .

        """

    /// Too long for a UDP answer, and within the 100 records of a set that BIND allows.
    static let big = (0..<95).map { "big 60 IN A 127.1.0.\($0)\n" }.joined()

    static func startPrimary(_ kind: NameServerKind = .bind) async throws -> NameServer {
        let zones = [
            ServedZone(name: "contoso.test", source: .text(contoso + big)),
            ServedZone(name: "broken.test", source: .text("this is no zone\n")),
        ]
        return try await NameServer(kind, zones: zones)
    }

    static func zone(_ servers: [DNSServer], _ name: String = "contoso.test") throws -> DNSZone {
        DNSZone(name: try fqdn(name), view: "public", authoritative: servers)
    }
}

func fqdn(_ text: String) throws -> FQDN {
    try #require(FQDN(text))
}

func address(_ text: String) throws -> RecordData {
    .address(try #require(IPAddress(text)))
}

/// An address set.
func addresses(_ name: String, _ texts: String..., ttl: UInt32 = 60) throws -> RecordSet {
    let data = try texts.map(address)
    return RecordSet(name: try fqdn(name), type: .a, ttl: ttl, data: data)
}

/// The change of an address set in contoso.test.
func change(
    _ from: RecordSet?,
    _ to: RecordSet?,
    zone: String = "contoso.test"
) throws
    -> DNSChange
{
    let set = try #require(from ?? to)
    let key = ZoneKey(name: try fqdn(zone))
    return DNSChange(zone: key, name: set.name, type: set.type, from: from, to: to)
}

/// The event loops of all tests.
let loops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

/// The machine's time of day.
@Sendable func now() -> Timestamp {
    Timestamp(millisecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1_000))
}

/// The failure that the body must throw.
func failure(
    _ body: () async throws(DNSFailure) -> Void,
    _ location: SourceLocation = #_sourceLocation
) async throws -> DNSFailure {
    do throws(DNSFailure) {
        try await body()
    } catch {
        return error
    }
    Issue.record("nothing failed", sourceLocation: location)
    throw NameServer.Failure(description: "nothing failed")
}
