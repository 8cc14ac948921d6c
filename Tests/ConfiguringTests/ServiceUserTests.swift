import Foundation
import Glibc
import Testing

@testable import Configuring

@Suite struct ServiceUserTests {
    /// A user that every Debian has, with its group.
    private static let nobody = "nobody"

    private func reading(
        _ mode: mode_t,
        group: gid_t? = nil,
        by name: String
    ) throws -> ServiceUser.Reading {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "service-user-\(UUID().uuidString)").path
        try #require(FileManager.default.createFile(atPath: path, contents: Data()))
        defer { unlink(path) }
        if let group { try #require(chown(path, uid_t.max, group) == 0) }
        try #require(chmod(path, mode) == 0)
        return ServiceUser.reading(of: path, by: name)
    }

    @Test(
        arguments: [(0o604, .allowed), (0o640, .refused), (0o600, .refused)]
            as [(mode_t, ServiceUser.Reading)]
    )
    func `a stranger reads what all may read`(
        mode: mode_t,
        expected: ServiceUser.Reading
    ) throws {
        #expect(try reading(mode, by: ServiceUserTests.nobody) == expected)
    }

    @Test(
        arguments: [(0o400, .allowed), (0o044, .refused)] as [(mode_t, ServiceUser.Reading)]
    )
    func `the owner reads what the owner may, whatever others may`(
        mode: mode_t,
        expected: ServiceUser.Reading
    ) throws {
        let me = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        #expect(try reading(mode, by: me) == expected)
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root gives files away"),
        arguments: [(0o640, .allowed), (0o604, .refused)] as [(mode_t, ServiceUser.Reading)]
    )
    func `the group reads what the group may, whatever others may`(
        mode: mode_t,
        expected: ServiceUser.Reading
    ) throws {
        let group = try #require(getpwnam(ServiceUserTests.nobody)?.pointee.pw_gid)
        #expect(try reading(mode, group: group, by: ServiceUserTests.nobody) == expected)
    }

    @Test func `without the user or the file nothing can be said`() throws {
        #expect(try reading(0o644, by: "nobody-of-that-name") == .noUser)
        #expect(ServiceUser.reading(of: "/nowhere/f", by: ServiceUserTests.nobody) == .noFile)
    }
}
