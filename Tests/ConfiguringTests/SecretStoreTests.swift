import Configuring
import FailoverCore
import Foundation
import Glibc
import Testing

@Suite struct SecretStoreTests {
    private let folder: URL
    private let name: SecretName

    init() throws {
        folder = try Fixtures.temporaryFolder()
        name = try #require(SecretName("edge-password"))
    }

    private func store(
        credentials: URL? = nil,
        _ environment: [String: String] = [:]
    ) -> SecretStore {
        var environment = environment
        environment["CREDENTIALS_DIRECTORY"] = credentials?.path
        return SecretStore(directory: folder.path, environment: environment)
    }

    private func write(_ bytes: [UInt8], mode: mode_t = 0o600, in directory: URL? = nil) throws {
        let path = (directory ?? folder).appending(path: name.name).path
        try Data(bytes).write(to: URL(filePath: path))
        try #require(chmod(path, mode) == 0)
    }

    private func removeFolder() { try? FileManager.default.removeItem(at: folder) }

    @Test(arguments: [
        ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"),
        ("hunter2\n\n", "hunter2\n"), (" hunter2 ", " hunter2 "), ("pässwörd", "pässwörd"),
    ])
    func `one line end is not part of the secret`(written: String, read: String) throws {
        defer { removeFolder() }
        try write(Array(written.utf8))
        try store().secret(name).withValue { #expect($0 == read) }
    }

    @Test func `the places are tried in order`() throws {
        defer { removeFolder() }
        let credentials = folder.appending(path: "credentials")
        try FileManager.default.createDirectory(at: credentials, withIntermediateDirectories: true)
        let environment = ["EDGEWARDEN_SECRET_EDGE_PASSWORD": "third"]
        let store = store(credentials: credentials, environment)
        try store.secret(name).withValue { #expect($0 == "third") }
        try write(Array("second".utf8))
        try store.secret(name).withValue { #expect($0 == "second") }
        // As systemd hands over a folder: LoadCredential=secrets:/etc/edgewarden/secrets.
        let path = credentials.appending(path: "secrets_\(name)").path
        try Data("first but one".utf8).write(to: URL(filePath: path))
        try store.secret(name).withValue { #expect($0 == "first but one") }
        // systemd guards its directory itself: the mode there does not matter.
        try write(Array("first".utf8), mode: 0o440, in: credentials)
        try store.secret(name).withValue { #expect($0 == "first") }
    }

    @Test func `a secret that is nowhere is told with every place`() throws {
        defer { removeFolder() }
        let error = #expect(throws: SecretError.self) { try store().secret(name) }
        #expect(error?.code == .notFound)
        #expect(error?.secret == name)
        let message = try #require(error?.message)
        #expect(message.contains("LoadCredential=edge-password"))
        #expect(message.contains(folder.appending(path: "edge-password").path))
        #expect(message.contains("EDGEWARDEN_SECRET_EDGE_PASSWORD"))
    }

    @Test(arguments: [0o604, 0o640, 0o644, 0o660, 0o602] as [mode_t])
    func `a file that others may use is refused`(mode: mode_t) throws {
        defer { removeFolder() }
        try write(Array("hunter2".utf8), mode: mode)
        let error = #expect(throws: SecretError.self) {
            try store(["EDGEWARDEN_SECRET_EDGE_PASSWORD": "hunter3"]).secret(name)
        }
        #expect(error?.code == .unsafeFile)
        #expect(error?.message.contains("chmod 600") == true)
        #expect(error?.message.contains("hunter") == false)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a file of someone else is refused`() throws {
        defer { removeFolder() }
        try write(Array("hunter2".utf8))
        try #require(chown(folder.appending(path: name.name).path, 65_534, 65_534) == 0)
        let error = #expect(throws: SecretError.self) { try store().secret(name) }
        #expect(error?.code == .unsafeFile)
        #expect(error?.message.contains("user 65534") == true)
    }

    @Test(arguments: [
        ([], 1), ([10], 1), ([0x41, 0, 0x42], 1), ([0xC3, 0x28], 1), ([0x5A], 70_000),
    ])
    // Z is in no folder name of the scratch space, which is hexadecimal and is shown.
    func `a secret that cannot be one is refused and not shown`(bytes: [UInt8], times: Int) throws {
        defer { removeFolder() }
        try write([[UInt8]](repeating: bytes, count: times).flatMap(\.self))
        let error = #expect(throws: SecretError.self) { try store().secret(name) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("ZZZ") == false)
    }

    @Test func `a pipe or directory in place of a file is refused at once`() throws {
        defer { removeFolder() }
        let path = folder.appending(path: name.name).path
        try #require(mkfifo(path, 0o600) == 0)
        #expect(throws: SecretError.self) { try store().secret(name) }
        try #require(unlink(path) == 0)
        try #require(mkdir(path, 0o700) == 0)
        let error = #expect(throws: SecretError.self) { try store().secret(name) }
        #expect(error?.code == .unreadable)
    }

    @Test(arguments: [
        "", "a b", "../etc/passwd", "a/b", "a.b", "é", String(repeating: "a", count: 65),
    ])
    func `what is no name cannot be looked up`(text: String) {
        #expect(SecretName(text) == nil)
    }
}
