import Curl
import Testing

@Suite("Cancellation")
struct CancellationTests {
    /// Starts a request that hangs, waits until the peer has read it, then runs `body` and cancels.
    private func whileHanging(
        _ client: HTTPClient,
        _ peer: Peer,
        _ body: () async throws -> Void
    ) async throws -> HTTPFailure {
        let hanging = Task {
            try await failure { () throws(HTTPFailure) in
                try await client.send(HTTPRequest(.post, url: peer.url("/hang"), tls: anyTLS))
            }
        }
        _ = try await client.send(
            HTTPRequest(url: peer.url("/wait?path=/hang&count=1"), tls: anyTLS)
        )
        do {
            try await body()
        } catch {
            hanging.cancel()
            throw error
        }
        hanging.cancel()
        return try await hanging.value
    }

    @Test func `a cancelled request ends while others go on`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let error = try await whileHanging(client, peer) {
                    for _ in 0..<5 {
                        let answer = try await client.send(
                            HTTPRequest(url: peer.url("/status?code=204"), tls: anyTLS)
                        )
                        #expect(answer.status == 204)
                    }
                }
                #expect(error.code == .cancelled)
                #expect(error.requestMayHaveBeenReceived)
                let after = try await client.send(
                    HTTPRequest(url: peer.url("/status?code=204"), tls: anyTLS)
                )
                #expect(after.status == 204)
            }
        }
    }

    @Test func `a task that was cancelled before sends nothing`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await failure { () throws(HTTPFailure) in
                        try await client.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                    }
                }
                let error = try await task.value
                #expect(error.code == .cancelled)
                #expect(!error.requestMayHaveBeenReceived)
                #expect(try await peer.counts().received["/echo"] == nil)
            }
        }
    }

    @Test func `many cancellations at any moment leave nothing behind`() async throws {
        try await withPeer { peer in
            try await withClient(requestsMax: 8) { client in
                for round in 0..<200 {
                    let task = Task {
                        try await client.send(HTTPRequest(url: peer.url("/hang"), tls: anyTLS))
                    }
                    // A few rounds let the request get further than others before the axe.
                    for _ in 0..<(round % 7) { await Task.yield() }
                    task.cancel()
                    await #expect(throws: HTTPFailure.self) { try await task.value }
                }
                // Were a slot lost in any of the rounds, eight could not run at once now.
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await client.send(
                                HTTPRequest(url: peer.url("/status?code=204"), tls: anyTLS)
                            ).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == Array(repeating: 204, count: 8))
            }
        }
    }

    @Test func `a cancelled name look-up holds nobody up`() async throws {
        try await withPeer { peer in
            try await withClient { client in
                // Its time-out runs on the client's thread: were that held up by the look-up, it
                // would fire.
                let other = Task {
                    try await client.send(
                        HTTPRequest(url: peer.url("/hang"), tls: anyTLS, totalTimeout: .seconds(4))
                    )
                }
                let lookup = Task {
                    try await failure { () throws(HTTPFailure) in
                        try await client.send(
                            HTTPRequest(url: "http://nowhere.invalid/", tls: anyTLS)
                        )
                    }
                }
                // Once this is answered, the client's thread has taken up the other two.
                _ = try await client.send(
                    HTTPRequest(url: peer.url("/wait?path=/hang&count=1"), tls: anyTLS)
                )
                lookup.cancel()
                let error = try await lookup.value
                // A name server that answers at once may win against the cancellation.
                #expect(error.code == .cancelled || error.code == .couldNotResolve)
                _ = try await client.send(HTTPRequest(url: peer.url("/release"), tls: anyTLS))
                #expect(try await other.value.status == 200)
            }
        }
    }

    @Test func `more requests than allowed are refused at once`() async throws {
        try await withPeer { peer in
            try await withClient(requestsMax: 2) { client in
                let error = try await whileHanging(client, peer) {
                    let second = Task {
                        try? await client.send(HTTPRequest(url: peer.url("/hang"), tls: anyTLS))
                    }
                    let other = try HTTPClient()
                    _ = try await other.send(
                        HTTPRequest(url: peer.url("/wait?path=/hang&count=2"), tls: anyTLS)
                    )
                    await other.shutdown()
                    let refused = try await failure { () throws(HTTPFailure) in
                        try await client.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                    }
                    #expect(refused.code == .busy)
                    second.cancel()
                    _ = await second.value
                }
                #expect(error.code == .cancelled)
            }
        }
    }

    @Test func `shutting down answers what is under way and refuses the rest`() async throws {
        try await withPeer { peer in
            let client = try HTTPClient()
            let error = try await whileHanging(client, peer) {
                await client.shutdown()
                await client.shutdown()
                let late = try await failure { () throws(HTTPFailure) in
                    try await client.send(HTTPRequest(url: peer.url("/echo"), tls: anyTLS))
                }
                #expect(late.code == .shutDown)
            }
            #expect(error.code == .shutDown)
        }
    }
}
