import Curl
import FailoverCore
import Foundation
import Testing

@Suite("HTTPSession")
struct HTTPSessionTests {
    private func connection(_ answer: HTTPResponse) throws -> Int {
        struct Echo: Decodable { let connection: Int }
        return try JSONDecoder().decode(Echo.self, from: Data(answer.body)).connection
    }

    @Test func `a session's connection is its own`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let request = HTTPRequest(url: peer.url("/echo"), tls: anyTLS)
                let one = client.session()
                let two = client.session()
                var seen: [Int] = []
                for _ in 0..<2 {
                    seen.append(try connection(try await one.send(request)))
                    seen.append(try connection(try await two.send(request)))
                    seen.append(try connection(try await client.send(request)))
                }
                #expect(Array(seen[0..<3]) == Array(seen[3..<6]))
                #expect(Set(seen).count == 3)
            }
        }
    }

    @Test func `a fresh connection takes the place of the kept one`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                var request = HTTPRequest(url: peer.url("/echo"), tls: anyTLS)
                let session = client.session()
                let first = try connection(try await session.send(request))
                request.freshConnection = true
                let second = try connection(try await session.send(request))
                request.freshConnection = false
                let third = try connection(try await session.send(request))
                #expect(first != second)
                #expect(second == third)
            }
        }
    }

    @Test func `NTLM authenticates once for a connection`() async throws {
        try await withTLSPeer { peer, pki in
            try await withClient { client in
                let session = client.session()
                var request = HTTPRequest(
                    .post,
                    url: peer.url("/ntlm"),
                    body: Array("hello".utf8),
                    tls: pki.trust,
                    authentication: .ntlm(user: #"CONTOSO\warden"#, password: Secret("hush"))
                )
                for _ in 0..<3 {
                    let answer = try await session.send(request)
                    #expect(answer.status == 200)
                    #expect(answer.body == Array("hello".utf8))
                }
                var counts = try await peer.counts(tls: pki.trust).received
                #expect(counts["ntlm type 1"] == 1)
                #expect(counts["ntlm type 3"] == 1)
                // The first asked by Negotiate, which the peer does not know.
                #expect(counts["ntlm type 0"] == 3)

                request.freshConnection = true
                #expect(try await session.send(request).status == 200)
                counts = try await peer.counts(tls: pki.trust).received
                #expect(counts["ntlm type 1"] == 2)
                #expect(counts["ntlm type 3"] == 2)
            }
        }
    }

    @Test(arguments: [[], Array("command".utf8)])
    func `a POST is never sent again by itself`(body: [UInt8]) async throws {
        try await withPeer { peer in
            try await withClient { client in
                let session = client.session()
                _ = try await session.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                let error = try await failure { () throws(HTTPFailure) in
                    try await session.send(
                        HTTPRequest(.post, url: peer.url("/die"), body: body, tls: anyTLS)
                    )
                }
                #expect(error.code == .connectionLost)
                #expect(error.requestMayHaveBeenReceived)
                #expect(error.message.contains("not sent again"))
                #expect(try await peer.counts().received["/die"] == 1)
                // The session lives on.
                let after = try await session.send(
                    HTTPRequest(.post, url: peer.url("/echo"), tls: anyTLS)
                )
                #expect(after.status == 200)
            }
        }
    }

    @Test(arguments: [(HTTPResending.idempotentMethods, 2), (.never, 1)])
    func `a GET is sent again only where that is allowed`(
        resending: HTTPResending,
        times: Int
    )
        async throws
    {
        try await withPeer { peer in
            try await withClient { client in
                let session = client.session()
                _ = try await session.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                let error = try await failure { () throws(HTTPFailure) in
                    try await session.send(
                        HTTPRequest(url: peer.url("/die"), tls: anyTLS, resending: resending)
                    )
                }
                #expect(error.code == .connectionLost)
                #expect(try await peer.counts().received["/die"] == times)
            }
        }
    }

    @Test func `a POST after the server closed the kept connection is sent once`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let session = client.session()
                _ = try await session.send(HTTPRequest(url: peer.url("/last"), tls: anyTLS))
                // Either libcurl sees the close before it sends, or the loss is reported; never
                // two.
                let outcome: Result<HTTPResponse, HTTPFailure>
                do throws(HTTPFailure) {
                    outcome = .success(
                        try await session.send(
                            HTTPRequest(.post, url: peer.url("/echo"), tls: anyTLS)
                        )
                    )
                } catch {
                    outcome = .failure(error)
                }
                let seen = try await peer.counts().received["/echo"] ?? 0
                switch outcome {
                case .success(let answer):
                    #expect(answer.connectionsOpened == 1)
                    #expect(seen == 1)
                case .failure(let error):
                    #expect(error.code == .connectionLost || error.code == .sendFailed)
                    #expect(seen == 0)
                }
            }
        }
    }

    @Test func `a second request at the same time is refused and the first goes on`()
        async throws
    {
        try await withPeer { peer in
            try await withClient { client in
                let session = client.session()
                let first = Task {
                    try await session.send(HTTPRequest(url: peer.url("/hang"), tls: anyTLS))
                }
                _ = try await client.send(
                    HTTPRequest(url: peer.url("/wait?path=/hang&count=1"), tls: anyTLS)
                )
                let error = try await failure { () throws(HTTPFailure) in
                    try await session.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                }
                #expect(error.code == .busy)
                _ = try await client.send(HTTPRequest(url: peer.url("/release"), tls: anyTLS))
                #expect(try await first.value.status == 200)
            }
        }
    }

    @Test func `a session outlives a cancelled request`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let session = client.session()
                let first = Task {
                    try await session.send(HTTPRequest(.post, url: peer.url("/hang"), tls: anyTLS))
                }
                _ = try await client.send(
                    HTTPRequest(url: peer.url("/wait?path=/hang&count=1"), tls: anyTLS)
                )
                first.cancel()
                await #expect(throws: HTTPFailure.self) { try await first.value }
                let after = try await session.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                #expect(after.connectionsOpened == 1)
            }
        }
    }
}
