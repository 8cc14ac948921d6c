import Curl
import Foundation
import Testing

/// A running `Peers/peer.py`.
struct Peer: Sendable {
    let port: Int
    /// Takes connections and never says a word.
    let silentPort: Int
    let scheme: String

    func url(_ path: String) -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

    /// What the peer says of itself.
    struct Counts: Decodable {
        let received: [String: Int]
        let connections: Int
    }

    /// Over a client of its own, so that the connections of the one under test stay as they are.
    func counts(tls: TLSOptions = TLSOptions(trust: .system)) async throws -> Counts {
        let client = try HTTPClient()
        let answer = try await client.send(HTTPRequest(url: url("/counts"), tls: tls))
        await client.shutdown()
        return try JSONDecoder().decode(Counts.self, from: Data(answer.body))
    }
}

struct PeerDidNotStart: Error {}

/// The line that a peer prints when it listens.
private struct Ready: Decodable {
    let port: Int
    let silent: Int
}

/// Runs a peer for as long as `body` takes; it ends when its standard input closes, so also if we
/// crash.
func withPeer<Result>(
    arguments: [String] = [],
    scheme: String = "http",
    _ body: (Peer) async throws -> Result
) async throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", peersFolder + "/peer.py"] + arguments
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    // Awaited rather than waited for: the tests' few threads have other tests to run.
    let (exits, exit) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    process.terminationHandler = { _ in exit.finish() }
    let (lines, line) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingNewest(1))
    output.fileHandleForReading.readabilityHandler = { handle in
        handle.readabilityHandler = nil
        line.yield(handle.availableData)
        line.finish()
    }
    try process.run()
    func end() async {
        try? input.fileHandleForWriting.close()  // if it fails, it is closed already
        for await _ in exits {}
    }
    do {
        guard let first = await lines.first(where: { _ in true }),
            let ready = try? JSONDecoder().decode(Ready.self, from: first)
        else { throw PeerDidNotStart() }
        let peer = Peer(port: ready.port, silentPort: ready.silent, scheme: scheme)
        let result = try await body(peer)
        await end()
        return result
    } catch {
        await end()
        throw error
    }
}

/// Certificates made once by `Peers/make-pki.sh`; they are removed when the tests end.
struct PKI: Sendable {
    let folder: String

    func file(_ name: String) -> String { folder + "/" + name }

    var trust: TLSOptions { TLSOptions(trust: .file(path: file("ca.pem"))) }

    static let shared: PKI? = {
        let folder = FileManager.default.temporaryDirectory.path + "/curl-tests-\(getpid())"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [peersFolder + "/make-pki.sh", folder]
        process.standardError = FileHandle.nullDevice
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
            try process.run()
        } catch {
            return nil
        }
        process.waitUntilExit()
        atexit {
            if let made = PKI.shared { try? FileManager.default.removeItem(atPath: made.folder) }
        }
        return process.terminationStatus == 0 ? PKI(folder: folder) : nil
    }()
}

/// A TLS peer that shows the certificate called `certificate`, with the authorities that made it.
func withTLSPeer<Result>(
    _ certificate: String = "good",
    asksForClientCertificate: Bool = false,
    _ body: (Peer, PKI) async throws -> Result
) async throws -> Result {
    let pki = try #require(PKI.shared, "make-pki.sh failed; is openssl installed?")
    var arguments = ["--certificate", pki.file("\(certificate).pem")]
    arguments += ["--key", pki.file("\(certificate).key")]
    if asksForClientCertificate { arguments += ["--client-ca", pki.file("ca.pem")] }
    return try await withPeer(arguments: arguments, scheme: "https") {
        try await body($0, pki)
    }
}

let peersFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers"

/// For plain http, where it is not used.
let anyTLS = TLSOptions(trust: .system)

/// The failure of a request that must fail.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () async throws(HTTPFailure) -> HTTPResponse
) async throws -> HTTPFailure {
    do throws(HTTPFailure) {
        let answer = try await body()
        Issue.record("expected a failure, got \(answer)", sourceLocation: sourceLocation)
        throw HTTPFailure(code: .library, message: "no failure")
    } catch {
        return error
    }
}

/// A client for one test, shut down when it ends.
func withClient<Result>(
    requestsMax: Int = 64,
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = try HTTPClient(requestsMax: requestsMax)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}
