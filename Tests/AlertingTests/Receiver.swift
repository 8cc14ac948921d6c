import Foundation

/// A running `Peers/receiver.py`.
struct Receiver: Sendable {
    /// One POST as it came.
    struct Post: Decodable {
        let path: String
        let headers: [String: String]
        let body: String
    }

    let port: Int
    var scheme = "http"

    func url(_ path: String = "/hook") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }
}

struct ReceiverDidNotStart: Error {}

private struct Ready: Decodable {
    let port: Int
}

/// Runs a receiver for as long as `body` takes, with TLS where it has a certificate; it ends when its
/// standard input closes, so also if we crash.
func withReceiver<Result>(
    _ behaviours: [String],
    with identity: ScratchCertificate? = nil,
    _ body: (Receiver) async throws -> Result
) async throws -> Result {
    let script =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/receiver.py"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script] + behaviours
    if let identity {
        process.environment = ProcessInfo.processInfo.environment.merging([
            "CERTIFICATE": identity.certificate, "KEY": identity.key,
        ]) { $1 }
    }
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
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
        else { throw ReceiverDidNotStart() }
        let result = try await body(
            Receiver(port: ready.port, scheme: identity == nil ? "http" : "https")
        )
        await end()
        return result
    } catch {
        await end()
        throw error
    }
}
