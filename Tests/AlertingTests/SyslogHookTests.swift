import FailoverCore
import FailoverEngine
import Foundation
import Glibc
import Testing

@testable import Alerting

@Suite("SyslogHook")
struct SyslogHookTests {
    private let words = #"Pool "eins]" is down. Call someone."#

    private func hook(_ place: SyslogHook.Place) -> SyslogHook {
        SyslogHook(name: "log", place: place, timeout: .seconds(5), hostName: "warden.contoso.net")
    }

    /// A listening socket of this machine, and where it listens.
    private func listener(_ type: __socket_type) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(bound)
        if type == SOCK_STREAM { try #require(listen(descriptor, 4) == 0) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func received(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var text: [UInt8] = []
        while case let count = recv(descriptor, &bytes, bytes.count, 0), count > 0 {
            text += bytes.prefix(count)
            var type: Int32 = 0
            var length = socklen_t(4)
            getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length)
            if type == Int32(SOCK_DGRAM.rawValue) { break }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private var expected: String {
        "<26>1 2026-11-21T13:08:10Z warden.contoso.net edgewarden \(getpid()) route_down "
            + #"[edgewarden@32473 code="route_down" severity="critical" agent="warden-1" alert="7" "#
            + #"route="sip" pool="edgepool1.contoso.lan" request="3"] "# + "\u{FEFF}" + words
    }

    @Test func `another machine gets one datagram by RFC 5424`() async throws {
        let (descriptor, port) = try listener(SOCK_DGRAM)
        defer { close(descriptor) }
        let result = await hook(.udp(host: "127.0.0.1", port: port))
            .deliver(alert(sentence: words))
        #expect(result == DeliveryResult(isDelivered: true, detail: "written"))
        #expect(received(descriptor) == expected)
    }

    @Test func `another machine gets a message with its length over TCP`() async throws {
        let (descriptor, port) = try listener(SOCK_STREAM)
        defer { close(descriptor) }
        #expect(
            await hook(.tcp(host: "localhost", port: port)).deliver(alert(sentence: words))
                .isDelivered
        )
        let connection = accept(descriptor, nil, nil)
        defer { close(connection) }
        #expect(received(connection) == "\(expected.utf8.count) \(expected)")
    }

    @Test(arguments: [true, false])
    func `this machine's log gets its own form`(isJournald: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let path = folder + "/log-\(UUID().uuidString.prefix(8))"
        defer { unlink(path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let place: SyslogHook.Place =
            isJournald ? .journald(socket: path) : .local(socket: path)
        #expect(await hook(place).deliver(alert(sentence: "two\nlines")).isDelivered)
        let journal = """
            MESSAGE=two lines
            PRIORITY=2
            SYSLOG_IDENTIFIER=edgewarden
            EDGEWARDEN_CODE=route_down
            EDGEWARDEN_SEVERITY=critical
            EDGEWARDEN_AGENT=warden-1
            EDGEWARDEN_ALERT=7
            EDGEWARDEN_ROUTE=sip
            EDGEWARDEN_POOL=edgepool1.contoso.lan
            EDGEWARDEN_REQUEST=3

            """
        let local = "<26>edgewarden[\(getpid())]: route_down: two lines"
        #expect(received(descriptor) == (isJournald ? journal : local))
    }

    @Test func `a log that is not there is a failure with words`() async {
        let socket = await hook(.local(socket: "/nowhere/log")).deliver(alert())
        #expect(
            socket.detail == "nothing was written to /nowhere/log (No such file or directory)"
        )
        let tcp = await hook(.tcp(host: "127.0.0.1", port: 1)).deliver(alert())
        #expect(tcp.detail == "no connection to 127.0.0.1:1 (Connection refused)")
    }
}
