import Foundation
import Testing

/// The lab that these tests work on: one for all of them, reset before each.
enum Lab {
    /// The repository.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// Addresses 127.70.x.y: apart from a lab that somebody uses by hand.
    ///
    /// `LABTESTS_ID` chooses others.
    static let number =
        ProcessInfo.processInfo.environment["LABTESTS_ID"].flatMap(Int.init) ?? 60
    static let state = "/var/tmp/edgewarden-labtests-\(number)"
    static let environment = ["LAB_ID": "\(number)", "LAB_STATE": state]

    /// The program under test, beside the test bundle.
    static var program: String {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return folder.appendingPathComponent("edgewarden").path
    }

    /// Runs a script of the lab and expects it to succeed.
    @discardableResult
    static func does(
        _ script: String,
        _ arguments: String...,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let result = try await call(script, arguments)
        #expect(
            result.status == 0,
            "lab/\(script) \(arguments.joined(separator: " ")): \(result.output)",
            sourceLocation: location
        )
        return result.output
    }

    static func call(
        _ script: String,
        _ arguments: [String]
    ) async throws -> CommandOutput {
        try await run(root.path + "/lab/" + script, arguments, environment: environment)
    }

    /// What keeps a message from passing both ways, for the users of all sites, or of one; nil when it
    /// passes.
    static func messageTrouble(_ kind: String, site: String? = nil) async throws -> String? {
        let result = try await call("message", [kind] + (site.map { ["--site", $0] } ?? []))
        return result.status == 0 ? nil : result.output
    }

    /// Sends messages until one passes both ways.
    static func messagePasses(
        _ kind: String,
        site: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually("a message passes over \(kind)", at: location) {
            try await messageTrouble(kind, site: site) == nil
        }
    }

    /// The addresses of a name at the primary.
    static func addresses(_ name: String) async throws -> [String] {
        try await dig(name, "A")
    }

    /// The service records that lead SIP partners to us, at the primary.
    static func services() async throws -> [String] {
        try await dig("_sipfederationtls._tcp.contoso.test", "SRV")
    }

    private static func dig(
        _ name: String,
        _ type: String,
        _ form: String...
    ) async throws -> [String] {
        let server = "@127.\(10 + number).0.53"
        let how = form.isEmpty ? ["+short"] : form
        let result = try await run("/usr/bin/dig", how + ["+time=1", server, name, type])
        return result.output.split(separator: "\n").map(String.init).sorted()
    }

    /// The records that a failover may touch, with their times to live.
    static func records() async throws -> [String] {
        var records: [String] = []
        for (name, type) in [
            ("sip", "A"), ("sip2", "A"), ("xmpp", "A"), ("_sipfederationtls._tcp", "SRV"),
            ("_xmpp-server._tcp", "SRV"),
        ] {
            records += try await dig(name + ".contoso.test", type, "+noall", "+answer")
        }
        return records
    }

    /// The zone's serial: any change of it counts one more.
    static func serial() async throws -> String {
        let answer = try await dig("contoso.test", "SOA")
        return answer.first?.split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
    }

    /// The addresses of a pool.
    static func pool(_ site: Int) -> [String] {
        ["127.\(10 + number).\(site).11", "127.\(10 + number).\(site).12"]
    }
}

/// Starts the lab before the suite and stops it afterwards.
struct LabTrait: SuiteTrait, TestScoping {
    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Lab.does("down")
        // What the agents of an earlier run left, kept until now for whoever looks for a fault.
        if FileManager.default.fileExists(atPath: Lab.state) {
            try FileManager.default.removeItem(atPath: Lab.state)
        }
        try await Lab.does("up")
        do {
            try await function()
        } catch {
            try await Lab.does("down")
            throw error
        }
        try await Lab.does("down")
    }
}

extension Trait where Self == LabTrait {
    static var lab: Self { LabTrait() }
}
