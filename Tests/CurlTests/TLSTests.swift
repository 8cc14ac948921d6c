import Curl
import Testing

@Suite("TLSOptions")
struct TLSTests {
    private func failing(
        _ certificate: String,
        _ change: (inout HTTPRequest, PKI) -> Void = { _, _ in }
    ) async throws -> HTTPFailure {
        try await withTLSPeer(certificate) { peer, pki in
            try await withClient { client in
                var request = HTTPRequest(.post, url: peer.url("/echo"), tls: pki.trust)
                change(&request, pki)
                let failure = try await failure { [request] () throws(HTTPFailure) in
                    try await client.send(request)
                }
                #expect(try await received(peer, pki, certificate) == nil)
                return failure
            }
        }
    }

    /// How often the peer saw the request; only a peer that shows a good certificate can be asked.
    private func received(_ peer: Peer, _ pki: PKI, _ certificate: String) async throws -> Int? {
        guard certificate == "good" else { return nil }
        return try await peer.counts(tls: pki.trust).received["/echo"]
    }

    @Test func `a good certificate is taken by name and by address`() async throws {
        try await withTLSPeer { peer, pki in
            try await withClient { client in
                for host in ["localhost", "127.0.0.1"] {
                    let url = "https://\(host):\(peer.port)/status?code=204"
                    let answer = try await client.send(HTTPRequest(url: url, tls: pki.trust))
                    #expect(answer.status == 204)
                }
            }
        }
    }

    @Test func `a stranger's authority is not trusted`() async throws {
        let error = try await failing("good") {
            $0.tls = TLSOptions(trust: .file(path: $1.file("stranger.pem")))
        }
        #expect(error.code == .tlsUntrusted)
        #expect(!error.requestMayHaveBeenReceived)
    }

    @Test func `the system's authorities do not include a test's`() async throws {
        let error = try await failing("good") { request, _ in
            request.tls = TLSOptions(trust: .system)
        }
        #expect(error.code == .tlsUntrusted)
    }

    @Test func `a certificate for another name is refused`() async throws {
        let error = try await failing("wrongname")
        #expect(error.code == .tlsNameMismatch)
        #expect(!error.requestMayHaveBeenReceived)
    }

    @Test func `an expired certificate has a code of its own`() async throws {
        let error = try await failing("expired")
        #expect(error.code == .tlsExpired)
        #expect(!error.requestMayHaveBeenReceived)
    }

    @Test func `a missing file of authorities is not the server's fault`() async throws {
        let error = try await failing("good") {
            $0.tls = TLSOptions(trust: .file(path: $1.file("nowhere.pem")))
        }
        #expect(error.code == .tlsTrustFileUnusable)
    }

    @Test func `a key that is not the certificate's is our own fault`() async throws {
        let error = try await failing("good") {
            $0.tls.clientCertificate = .init(
                certificateFile: $1.file("client.pem"),
                keyFile: $1.file("good.key")
            )
        }
        #expect(error.code == .tlsClientCertificateUnusable)
    }

    @Test(arguments: [TLSOptions.MaximumVersion.tls12, .tls13])
    func `a client certificate opens the door`(version: TLSOptions.MaximumVersion) async throws {
        try await withTLSPeer(asksForClientCertificate: true) { peer, pki in
            try await withClient { client in
                var request = HTTPRequest(url: peer.url("/status?code=204"), tls: pki.trust)
                request.tls.maximumVersion = version
                request.tls.clientCertificate = .init(
                    certificateFile: pki.file("client.pem"),
                    keyFile: pki.file("client.key")
                )
                let answer = try await client.send(request)
                #expect(answer.status == 204)
            }
        }
    }

    @Test(arguments: [TLSOptions.MaximumVersion.tls12, .tls13])
    func `a server that wants a client certificate says so`(
        version: TLSOptions.MaximumVersion
    )
        async throws
    {
        try await withTLSPeer(asksForClientCertificate: true) { peer, pki in
            try await withClient { client in
                var request = HTTPRequest(url: peer.url("/status?code=204"), tls: pki.trust)
                request.tls.maximumVersion = version
                let error = try await failure { [request] () throws(HTTPFailure) in
                    try await client.send(request)
                }
                // In TLS 1.3 the client has finished before it is refused (RFC 8446, 4.4.2.4): the
                // request may meet a closed connection before the alert is read.
                let codes: [HTTPFailure.Code] =
                    version == .tls12 ? [.tls] : [.tls, .sendFailed, .connectionLost]
                #expect(codes.contains(error.code), "\(error)")
            }
        }
    }

    @Test func `plain http behind an https URL is a TLS failure`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await failure { () throws(HTTPFailure) in
                    try await client.send(
                        HTTPRequest(url: "https://127.0.0.1:\(peer.port)/", tls: anyTLS)
                    )
                }
                #expect(error.code == .tls || error.code == .connectionLost)
                #expect(!error.requestMayHaveBeenReceived)
            }
        }
    }

    @Test func `redirections are followed to https alone and not for ever`() async throws {
        try await withPeer { plain in
            try await withTLSPeer { peer, pki in
                try await withClient { client in
                    func sent(_ path: String) async throws(HTTPFailure) -> HTTPResponse {
                        try await client.send(
                            HTTPRequest(url: peer.url(path), tls: pki.trust, redirectsMax: 3)
                        )
                    }
                    #expect(try await sent("/redirect?to=/status?code=204").status == 204)
                    let upgraded = try await client.send(
                        HTTPRequest(
                            url: plain.url("/redirect?to=\(peer.url("/status?code=204"))"),
                            tls: pki.trust,
                            redirectsMax: 1
                        )
                    )
                    #expect(upgraded.status == 204)
                    let endless = try await failure { () throws(HTTPFailure) in
                        try await sent("/loop")
                    }
                    #expect(endless.code == .redirectRefused)
                    let downgraded = try await failure { () throws(HTTPFailure) in
                        try await sent("/redirect?to=\(plain.url("/echo"))")
                    }
                    #expect(downgraded.code == .redirectRefused)
                    #expect(try await plain.counts().received["/echo"] == nil)
                }
            }
        }
    }
}
