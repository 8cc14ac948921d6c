import Foundation
import Testing

/// A certificate for this machine that nobody trusts by itself, in a folder that goes away with it.
final class ScratchCertificate {
    private let folder: URL
    let certificate: String
    let key: String

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "certificate-\(UUID().uuidString)")
        certificate = folder.appending(path: "server.pem").path
        key = folder.appending(path: "server.key").path
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=server", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }  // harmless if left
}
