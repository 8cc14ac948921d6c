import Curl
import Foundation

/// A running `Peers/redirector.py`, which shows the certificate of the double's fe11.
struct Redirector: Sendable {
    /// What it was asked.
    struct Seen: Decodable, Equatable {
        let path: String
        let operation: String
        /// The kind of `Authorization` that came with it; empty without.
        let authorization: String
        /// The header `Cookie`; empty without.
        let cookie: String
    }

    private struct Ready: Decodable {
        let port: Int
    }

    let port: Int
    private let address: String

    /// Its URL by a name of its certificate.
    func url(_ path: String, host: String = "127.0.0.1") -> String {
        "https://\(host):\(port)\(path)"
    }

    /// A URL of it that leads to another.
    func to(_ location: String, status: Int = 302, host: String = "127.0.0.1") -> String {
        let plain = CharacterSet.alphanumerics
        let encoded = location.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        return url("/to/\(status)/\(encoded)", host: host)
    }

    /// A URL of it that passes requests on to the double, save those of one operation.
    func front(_ operation: String, to location: String) -> String {
        let plain = CharacterSet.alphanumerics
        let encoded = location.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        return url("/front?\(operation)=\(encoded)")
    }

    func seen(tls: TLSOptions) async throws -> [Seen] {
        let client = try HTTPClient()
        let answer = try await client.send(
            HTTPRequest(url: url("/seen", host: "localhost"), tls: tls, connectAddress: address)
        )
        await client.shutdown()
        return try JSONDecoder().decode([Seen].self, from: Data(answer.body))
    }

    /// Runs one before the double's fe11 for as long as `body` takes.
    static func with<Result>(
        _ double: WindowsDouble,
        at address: String = "127.0.0.1",
        _ body: (Redirector) async throws -> Result
    ) async throws -> Result {
        let folder = URL(fileURLWithPath: double.ready.ca).deletingLastPathComponent().path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", peersFolder + "/redirector.py", "--address", address,
            "--certificate", folder + "/wsman-fe11.crt", "--key", folder + "/wsman-fe11.key",
            "--ca", double.ready.ca, "--backend", try double.endpoint("fe11").url,
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        let (exits, exit) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        process.terminationHandler = { _ in exit.finish() }
        let lines = firstLine(of: output.fileHandleForReading)
        try process.run()
        func end() async {
            try? input.fileHandleForWriting.close()  // if it fails, it is closed already
            for await _ in exits {}
        }
        do {
            let line = await lines.first { _ in true }
            let ready = line.flatMap { try? JSONDecoder().decode(Ready.self, from: $0) }
            guard let ready else {
                throw WindowsDouble.Failure(message: "the redirector did not start")
            }
            let result = try await body(Redirector(port: ready.port, address: address))
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }
}

private let peersFolder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers"
