import Curl
import FailoverCore
import Foundation
import Testing

private struct Echo: Decodable {
    let method: String
    let headers: [String: String]
    let body: String
    let connection: Int
}

private func echo(_ answer: HTTPResponse) throws -> Echo {
    try JSONDecoder().decode(Echo.self, from: Data(answer.body))
}

@Suite("HTTPClient")
struct HTTPClientTests {
    @Test(arguments: HTTPMethod.allCases.filter { $0 != .head })
    func `a request arrives as it was given`(method: HTTPMethod) async throws {
        try await withPeer { peer in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(
                        method,
                        url: peer.url("/echo"),
                        headers: ["X-One": "1", "X-Empty": ""],
                        body: method == .get ? [] : Array("grüße".utf8),
                        tls: anyTLS
                    )
                )
                #expect(answer.status == 200)
                #expect(answer.headers["x-kind"] == "echo")
                let facts = try echo(answer)
                #expect(facts.method == method.rawValue)
                #expect(facts.body == (method == .get ? "" : "grüße"))
                #expect(facts.headers["x-one"] == "1")
                #expect(facts.headers["x-empty"] == "")
                #expect(facts.headers["user-agent"] == "edgewarden")
                #expect(facts.headers["expect"] == nil)
            }
        }
    }

    @Test func `an empty POST has a length`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(.post, url: peer.url("/echo"), tls: anyTLS)
                )
                #expect(try echo(answer).headers["content-length"] == "0")
            }
        }
    }

    @Test func `a body of many kilobytes arrives without an interim answer`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let body = [UInt8](repeating: UInt8(ascii: "y"), count: 300_000)
                let answer = try await client.send(
                    HTTPRequest(.post, url: peer.url("/echo"), body: body, tls: anyTLS)
                )
                #expect(try echo(answer).body.utf8.count == 300_000)
            }
        }
    }

    @Test(arguments: [204, 401, 404, 500, 503])
    func `a status is an answer and not a failure`(status: Int) async throws {
        try await withPeer { peer in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(url: peer.url("/status?code=\(status)"), tls: anyTLS)
                )
                #expect(answer.status == status)
                #expect(answer.isSuccess == (status == 204))
            }
        }
    }

    @Test func `a connection is kept and used again`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let request = HTTPRequest(url: peer.url("/echo"), tls: anyTLS)
                let first = try await client.send(request)
                let second = try await client.send(request)
                #expect(first.connectionsOpened == 1)
                #expect(second.connectionsOpened == 0)
                #expect(try echo(first).connection == echo(second).connection)
            }
        }
    }

    @Test func `a fresh connection is opened when asked for`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                var request = HTTPRequest(url: peer.url("/echo"), tls: anyTLS)
                let first = try await client.send(request)
                request.freshConnection = true
                let second = try await client.send(request)
                #expect(second.connectionsOpened == 1)
                #expect(try echo(first).connection != echo(second).connection)
            }
        }
    }

    @Test func `a body of exactly the bound is taken`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(
                        url: peer.url("/big?bytes=200000"),
                        tls: anyTLS,
                        responseBytesMax: 200_000
                    )
                )
                #expect(answer.body.count == 200_000)
            }
        }
    }

    @Test(arguments: ["/big?bytes=200001", "/endless", "/endless-header"])
    func `more than the bound is refused`(path: String) async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(
                        HTTPRequest(url: peer.url(path), tls: anyTLS, responseBytesMax: 200_000)
                    )
                }
                #expect(error.code == .tooLarge)
            }
        }
    }

    @Test func `a redirection is an answer unless asked to follow`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(.post, url: peer.url("/redirect?to=/echo"), tls: anyTLS)
                )
                #expect(answer.status == 302)
                #expect(answer.headers["Location"] == "/echo")
                #expect(try await peer.counts().received["/echo"] == nil)
            }
        }
    }

    @Test func `basic credentials are sent over TLS`() async throws {
        try await withTLSPeer { peer, pki in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(
                        url: peer.url("/echo"),
                        tls: pki.trust,
                        authentication: .basic(user: "warden", password: Secret("a:b"))
                    )
                )
                let expected = "Basic " + Data("warden:a:b".utf8).base64EncodedString()
                #expect(try echo(answer).headers["authorization"] == expected)
            }
        }
    }

    @Test func `a request to another address still has the name of the URL`() async throws {
        try await withTLSPeer { peer, pki in
            try await withClient { client in
                let answer = try await client.send(
                    HTTPRequest(
                        url: "https://localhost:\(peer.port)/echo",
                        tls: pki.trust,
                        connectAddress: "127.0.0.1"
                    )
                )
                #expect(try echo(answer).headers["host"] == "localhost:\(peer.port)")
            }
        }
    }
}
