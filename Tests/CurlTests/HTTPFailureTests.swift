import Curl
import FailoverCore
import Glibc
import Testing

/// A port of 127.0.0.1 on which nothing listens.
private func closedPort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = bind(descriptor, $0, length)
            _ = getsockname(descriptor, $0, &length)
        }
    }
    return Int(UInt16(bigEndian: address.sin_port))
}

@Suite("HTTPFailure")
struct HTTPFailureTests {
    @Test func `a refused port says so`() async throws {
        try await withClient { client in
            let port = closedPort()
            let error = try await failure { () throws(HTTPFailure) in
                try await client.send(
                    HTTPRequest(.post, url: "http://127.0.0.1:\(port)/", tls: anyTLS)
                )
            }
            #expect(error.code == .couldNotConnect)
            #expect(!error.requestMayHaveBeenReceived)
            #expect(error.message.contains("127.0.0.1:\(port) (refused)"))
        }
    }

    @Test func `silence during TLS is a connect time-out`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(
                        HTTPRequest(
                            .post,
                            url: "https://127.0.0.1:\(peer.silentPort)/",
                            tls: anyTLS,
                            connectTimeout: .milliseconds(150)
                        )
                    )
                }
                #expect(error.code == .connectTimeout)
                #expect(!error.requestMayHaveBeenReceived)
                #expect(error.message.contains("did not finish TLS"))
            }
        }
    }

    @Test func `silence after the request is a time-out`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(
                        HTTPRequest(
                            .post,
                            url: peer.url("/hang"),
                            tls: anyTLS,
                            totalTimeout: .milliseconds(200)
                        )
                    )
                }
                #expect(error.code == .timeout)
                #expect(error.requestMayHaveBeenReceived)
            }
        }
    }

    @Test(arguments: [
        ("/cut", HTTPFailure.Code.connectionLost), ("/die", .connectionLost),
        ("/gibberish", .badResponse),
    ])
    func `a broken answer may have been acted on`(
        path: String,
        code: HTTPFailure.Code
    )
        async throws
    {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(HTTPRequest(.post, url: peer.url(path), tls: anyTLS))
                }
                #expect(error.code == code)
                #expect(error.requestMayHaveBeenReceived)
            }
        }
    }

    @Test(arguments: [
        "", "nonsense with spaces", "ftp://127.0.0.1/", "http://", "http://user:hush@127.0.0.1/",
        "http://127.0.0.1:99999/", "http://127.0.0.1/\u{0}",
    ])
    func `a bad URL is refused before anything is sent`(url: String) async throws {
        try await withClient { client in
            let error = try await failure { () throws(HTTPFailure) in
                try await client.send(HTTPRequest(url: url, tls: anyTLS))
            }
            #expect(error.code == .badURL)
            #expect(!error.message.contains("hush"))
        }
    }

    @Test(arguments: [
        ("X-A", "one\r\nX-B: two"), ("X A", "one"), ("", "one"), ("X-A", "\u{0}"),
    ])
    func `a header cannot smuggle another`(name: String, value: String) async throws {
        try await withPeer { peer in
            try await withClient { client in
                var headers = HTTPHeaders()
                headers.add(name, value)
                let request = HTTPRequest(url: peer.url("/echo"), headers: headers, tls: anyTLS)
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(request)
                }
                #expect(error.code == .badRequest)
                #expect(try await peer.counts().received["/echo"] == nil)
            }
        }
    }

    @Test(arguments: [
        HTTPAuthentication.basic(user: "u", password: Secret("hush")),
        .ntlm(user: "u", password: Secret("hush")), .negotiate(serviceName: "HTTP"),
    ])
    func `credentials never go over plain http`(authentication: HTTPAuthentication) async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(
                        HTTPRequest(
                            url: peer.url("/echo"),
                            tls: anyTLS,
                            authentication: authentication
                        )
                    )
                }
                #expect(error.code == .credentialsNeedTLS)
                #expect(try await peer.counts().received["/echo"] == nil)
            }
        }
    }

    @Test func `nothing secret prints with a request`() {
        let request = HTTPRequest(
            .post,
            url: "https://chat.example/hooks/hush1",
            headers: ["Authorization": "Bearer hush2"],
            body: Array("hush3".utf8),
            tls: anyTLS,
            authentication: .ntlm(user: "u", password: Secret("hush4"))
        )
        var dumped = ""
        dump(request, to: &dumped)
        dump(request.headers, to: &dumped)
        dump(request.headers.fields, to: &dumped)
        dump(request.authentication, to: &dumped)
        for text in ["\(request)", String(reflecting: request), "\(request.headers)", dumped] {
            #expect(!text.contains("hush"))
        }
        #expect("\(request)" == "POST https://chat.example:443")
    }
}
