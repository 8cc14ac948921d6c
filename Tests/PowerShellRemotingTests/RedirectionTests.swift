import Curl
import FailoverCore
import FailoverEngine
import PowerShellRemoting
import Testing

@Suite("PowerShellManagement, sent elsewhere", .serialized)
struct RedirectionTests {
    private let place = ManagementEndpoint.frontEnd(0)

    /// What a test has: the one under test, the server that it asks first, and fe11 behind it.
    private struct Scene {
        let management: PowerShellManagement
        let redirector: Redirector
        let double: WindowsDouble
        let fe11: WindowsDouble.Ready.Endpoint

        func seen() async throws -> [Redirector.Seen] {
            try await redirector.seen(tls: double.tls)
        }
    }

    /// What a test's endpoint has for its URL, given the redirector and fe11's own.
    private struct Address {
        let make: (Redirector, String) -> String
    }

    /// Runs a double, a redirector and a client whose only Front End has the URL `url`.
    private func withScene(
        _ authentication: WindowsDouble.Authentication = .basic,
        at address: String = "127.0.0.1",
        connectAddress: String? = nil,
        clock: any MonotonicClock = TestClock(),
        url: Address,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await withWindows { double in
            try await Redirector.with(double, at: address) { redirector in
                let fe11 = try double.endpoint("fe11")
                var endpoint = try double.wsman("fe11", authentication)
                endpoint.url = url.make(redirector, fe11.url)
                endpoint.connectAddress = connectAddress
                let client = try HTTPClient()
                let management = PowerShellManagement(
                    frontEnds: [.wsman(endpoint)],
                    edges: [:],
                    client: client,
                    clock: clock
                )
                let scene = Scene(
                    management: management,
                    redirector: redirector,
                    double: double,
                    fe11: fe11
                )
                do {
                    try await body(scene)
                } catch {
                    await management.closeSessions()
                    await client.shutdown()
                    throw error
                }
                await management.closeSessions()
                #expect(try double.shells().open.isEmpty)
                await client.shutdown()
            }
        }
    }

    private func sites(
        _ scene: Scene,
        timeout: Duration = .seconds(20)
    ) async throws(ManagementFailure) -> Int {
        try await scene.management.run(.readSites(), at: place, timeout: timeout).output.count
    }

    /// The failure of a command that cannot have acted.
    private func failure(_ scene: Scene) async throws -> ManagementFailure {
        let failure = await #expect(throws: ManagementFailure.self) {
            try await sites(scene)
        }
        #expect(failure?.mayHaveActed == false)
        #expect(failure?.message.hasSuffix("It was not carried out.") == true)
        #expect(try scene.double.calls().isEmpty)
        return try #require(failure)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a session is opened where the server sends us, and stays there`(
        status: Int
    ) async throws {
        try await withScene(url: Address { $0.to($1, status: status) }) { scene async throws in
            #expect(try await sites(scene) == 2)
            #expect(try await sites(scene) == 2)
            let seen = try await scene.seen()
            #expect(seen.map(\.operation) == ["Create"] && seen.first?.authorization == "Basic")
            #expect(try scene.double.calls().count == 2)
            #expect(try scene.double.shells().opened == 1)
        }
    }

    @Test
    func `several steps are followed, relative ones too`() async throws {
        try await withScene(
            url: Address { redirector, fe11 in
                let last = redirector.to(fe11)
                let relative = last.dropFirst(redirector.url("").count)
                return redirector.to(String(relative))
            }
        ) { scene async throws in
            #expect(try await sites(scene) == 2)
            #expect(try await scene.seen().map(\.operation) == ["Create", "Create"])
        }
    }

    @Test(arguments: [false, true])
    func `a balancer's cookies go with every request of the session, its end included`(
        fails: Bool
    ) async throws {
        try await withScene(url: Address { redirector, _ in redirector.url("/sticky") }) {
            scene async throws in
            if fails {
                _ = try scene.double.control("drop-answer", ["cmdlet": "Get-CsSite"])
                await #expect(throws: ManagementFailure.self) { try await sites(scene) }
            } else {
                #expect(try await sites(scene) == 2)
            }
            await scene.management.closeSessions()
            let seen = try await scene.seen()
            #expect(seen.first?.operation == "Create" && seen.first?.cookie.isEmpty == true)
            #expect(seen.last?.operation == "Delete")
            let cookies = Set(seen.dropFirst().map(\.cookie))
            #expect(cookies == ["MS-WSMAN=node2; MS-WSMAN-B=b"])
        }
    }

    @Test
    func `a new session asks the configured address again`() async throws {
        let clock = PushedClock()
        try await withScene(clock: clock, url: Address { $0.to($1) }) { scene async throws in
            #expect(try await sites(scene) == 2)
            clock.push(.seconds(241))
            #expect(try await sites(scene) == 2)
            #expect(try await scene.seen().map(\.operation) == ["Create", "Create"])
        }
    }

    @Test
    func `what a failed command leaves is deleted where it is`() async throws {
        try await withScene(url: Address { $0.to($1) }) { scene async throws in
            _ = try scene.double.control("hold", ["cmdlet": "Get-CsSite"])
            let failure = await #expect(throws: ManagementFailure.self) {
                try await sites(scene, timeout: .seconds(2))
            }
            #expect(failure?.code == .timeout && failure?.mayHaveActed == true)
            await scene.management.closeSessions()
            #expect(try scene.double.shells().open.isEmpty)
            #expect(try await scene.seen().map(\.operation) == ["Create"])
        }
    }

    @Test(arguments: [
        ("/endless/0", "once more after 5 times", 6), ("/circle/0", "round in a circle", 2),
        ("/nowhere", "without saying where", 1),
        ("/to/302/http%3A%2F%2Flocalhost%2F", "to http://localhost/, which is not https", 1),
        ("/to/302/ldap%3A%2F%2Flocalhost%2F", "where nobody can go", 1),
        ("/to/302/https%3A%2F%2Fa%3Ab%40localhost%2F", "contains a user name or password", 1),
    ])
    func `circles and bad addresses are told in plain words`(
        path: String,
        words: String,
        requests: Int
    ) async throws {
        try await withScene(url: Address { redirector, _ in redirector.url(path) }) {
            scene async throws in
            let failure = try await failure(scene)
            #expect(failure.code == .protocolFault)
            #expect(failure.message.contains(words), "\(failure.message)")
            #expect(try await scene.seen().count == requests)
            #expect(try scene.double.shells().opened == 0)
        }
    }

    @Test
    func `a password goes to no other host`() async throws {
        // The target is the redirector too, which would tell what it was asked.
        try await withScene(
            url: Address { redirector, _ in
                redirector.to(redirector.url("/front"), host: "localhost")
            }
        ) { scene async throws in
            let failure = try await failure(scene)
            #expect(failure.code == .protocolFault)
            #expect(failure.message.contains("another host, which does not get the password"))
            #expect(!failure.message.contains(scene.fe11.password))
            #expect(try await scene.seen().count == 1)
        }
    }

    @Test
    func `NTLM begins anew with another host`() async throws {
        try await withScene(.ntlm, url: Address { $0.to($1, host: "localhost") }) {
            scene async throws in
            #expect(try await sites(scene) == 2)
            #expect(try await sites(scene) == 2)
            // The first message was answered by the redirection already.
            #expect(try await scene.seen().map(\.operation) == ["", "Create"])
            #expect(try scene.double.calls().allSatisfy { $0.who == scene.fe11.user })
        }
    }

    @Test
    func `the address to connect to stays with its host`() async throws {
        try await withScene(
            at: "127.0.0.2",
            connectAddress: "127.0.0.2",
            url: Address { redirector, _ in redirector.to("/front", host: "localhost") }
        ) { scene async throws in
            #expect(try await sites(scene) == 2)
            let operations = try await scene.seen().map(\.operation)
            #expect(operations.starts(with: ["Create", "Create", "Receive"]))
        }
        // Nothing listens for fe11 at 127.0.0.2.
        try await withScene(
            .ntlm,
            at: "127.0.0.2",
            connectAddress: "127.0.0.2",
            url: Address { $0.to($1, host: "localhost") }
        ) { scene async throws in
            #expect(try await sites(scene) == 2)
        }
    }

    @Test
    func `a new host's certificate is verified by its own name`() async throws {
        try await withScene(
            .ntlm,
            at: "127.0.0.2",
            connectAddress: "127.0.0.2",
            url: Address { redirector, _ in
                redirector.to(redirector.url("/front", host: "127.0.0.2"), host: "localhost")
            }
        ) { scene async throws in
            let failure = try await failure(scene)
            #expect(failure.code == .unreachable)
            #expect(failure.message.contains("at https://127.0.0.2:"), "\(failure.message)")
            #expect(failure.message.contains(", where we were sent: "))
            #expect(try await scene.seen().allSatisfy { $0.path.hasPrefix("/to/") })
        }
    }

    @Test(arguments: ["Command", "Receive"])
    func `in the midst of a session nothing is sent elsewhere`(operation: String) async throws {
        try await withScene(url: Address { $0.front(operation, to: $1) }) { scene async throws in
            let failure = try await failure(scene)
            #expect(failure.code == .protocolFault)
            #expect(failure.message.contains("followed only when a session is opened"))
            let times = try await scene.seen().filter { $0.operation == operation }.count
            #expect(times == 1)
        }
    }

    @Test
    func `who is there is asked where the server sends us`() async throws {
        try await withScene(url: Address { $0.to($1) }) { scene async throws in
            let report = try await scene.management.inspect(place, timeout: .seconds(20))
            #expect(report.product?.isEmpty == false && report.account != nil)
            #expect(try await scene.seen().map(\.operation) == ["Identify"])
        }
    }

    @Test
    func `a question sent astray does not lead the session astray`() async throws {
        try await withScene(
            url: Address { redirector, _ in
                redirector.front("Identify", to: "/missing")
            }
        ) { scene async throws in
            let report = try await scene.management.inspect(place, timeout: .seconds(20))
            #expect(report.product == nil && report.account != nil)
            let seen = try await scene.seen()
            #expect(seen.prefix(3).map(\.operation) == ["Identify", "Identify", "Create"])
            #expect(seen.prefix(3).map(\.path) == ["/front", "/missing", "/front"])
        }
    }
}
