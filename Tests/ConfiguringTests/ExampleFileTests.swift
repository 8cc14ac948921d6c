import FailoverCore
import Foundation
import Testing

@testable import Configuring

/// `agent.conf.example` is the reference of all keys, so it must be whole and true.
@Suite struct ExampleFileTests {
    private func example() throws -> String {
        try String(contentsOf: Fixtures.example, encoding: .utf8)
    }

    @Test func `the example loads without a word`() throws {
        let loaded = try ConfigurationLoader.load(path: Fixtures.example.path)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.organisation.routes.count == 3)
    }

    @Test func `every key that the reader knows is in the example`() throws {
        let text = try example()
        let findings = Findings(file: "agent.conf.example")
        _ = try ConfigurationLoader.parse(text, findings)
        let root = try #require(YAMLSource(findings: findings).parse(text))
        let written = keys(of: root, section: "")
        let missing = findings.knownKeys.filter { key in
            // An Edge server's keys and a name server's are a Front End's, which explains them; and
            // those of ssh, which a Front End should not have, are explained with an Edge server.
            let sections = [
                "management.edges.servers.", "management.edges.", "management.front_ends.",
                "dns.zones.provider.endpoint.",
            ]
            guard !written.contains(key),
                let section = sections.first(where: key.hasPrefix)
            else { return !written.contains(key) }
            let name = key.dropFirst(section.count)
            return !["management.front_ends.", "management.edges.servers."].contains {
                written.contains($0 + name)
            }
        }
        .filter { key in
            // What excludes a key that is written stands in that key's comment.
            key != "alerting.heartbeat_url_secret" || !text.contains("'heartbeat_url_secret'")
        }
        #expect(findings.knownKeys.count > 110)
        #expect(missing.isEmpty, "not in the example: \(missing.sorted())")
    }

    @Test func `every key of the example has a comment`() throws {
        // A key that is explained once need not be explained again.
        var explained: Set<String> = []
        var commentAbove = false
        for line in try example().split(separator: "\n") {
            let text = line.drop { $0 == " " || $0 == "-" }
            if text.hasPrefix("#") {
                commentAbove = true
                continue
            }
            let key = String(text.prefix { $0 != ":" && $0 != " " })
            if commentAbove || text.contains(" # ") || text.contains("{") { explained.insert(key) }
            commentAbove = false
            // Names of the user's choice hold dots.
            let isExplained = explained.contains(key) || key.contains(".")
            #expect(isExplained, "'\(key)' is not explained")
        }
        #expect(explained.count > 60)
    }

    @Test func `what the example calls a default is the default`() throws {
        let text = try example()
        let lines = text.components(separatedBy: "\n")
        let original = try ConfigurationLoader.parse(text).configuration
        var checked = 0
        for (number, line) in lines.enumerated() {
            guard let comment = line.range(of: "# default") else { continue }
            let rest = line[comment.upperBound...]
            guard
                rest.isEmpty || rest.hasPrefix(";") || rest.hasPrefix(",") || rest.hasPrefix(" (")
                    || rest.hasPrefix(" 3 ×")
            else { continue }
            var shortened = lines
            shortened.remove(at: number)
            let changed = try ConfigurationLoader.parse(shortened.joined(separator: "\n"))
            let isSame = changed.configuration == original
            #expect(isSame, "line \(number + 1): \(line)")
            checked += 1
        }
        #expect(checked > 20)
    }

    @Test func `the example lists every event and every choice`() throws {
        let text = try example()
        let comments = text.split(separator: "\n").filter { $0.hasPrefix("#") }.joined(
            separator: " "
        )
        // A test message is never listed.
        for code in NoticeCode.allCases where code != .test {
            #expect(comments.contains(code.rawValue), "event \(code.rawValue) is not listed")
        }
        var words: [String] = []
        words += ProductVersion.allCases.map(\.rawValue)
        words += RouteMode.allCases.map(\.rawValue)
        words += DNSStyle.allCases.map(\.rawValue)
        words += FederationFlag.allCases.map(\.rawValue)
        words += EdgeServices.allCases.map(\.rawValue)
        words += RouteKind.allCases.map(\.rawValue)
        words += LegKind.allCases.map(\.rawValue)
        words += SetupBy.allCases.map(\.rawValue)
        words += Fence.allCases.map(\.rawValue)
        words += ZoneProvider.allCases.map(\.rawValue)
        words += ComponentSetup.allCases.map(\.rawValue)
        words += AgentConfiguration.LogLevel.allCases.map(\.rawValue)
        words += AgentConfiguration.Authentication.allCases.map(\.rawValue)
        words += AgentConfiguration.Algorithm.allCases.map(\.rawValue)
        words += AgentConfiguration.Transport.allCases.map(\.rawValue)
        for word in words { #expect(text.contains(word), "choice \(word) is not in the example") }
    }

    @Test func `no line of the example is wider than a page`() throws {
        for (number, line) in try example().split(separator: "\n").enumerated() {
            #expect(line.count <= 100, "line \(number + 1)")
        }
    }

    private func keys(of node: SourceNode, section: String) -> Set<String> {
        switch node.content {
        case .scalar: return []
        case .sequence(let items):
            return items.reduce(into: []) { $0.formUnion(keys(of: $1, section: section)) }
        case .mapping(let entries):
            return entries.reduce(into: []) { keys, entry in
                let path = section.isEmpty ? entry.key : "\(section).\(entry.key)"
                keys.insert(path)
                // The servers of management.edges are called by their names.
                let isNamed = section == "management.edges.servers"
                keys.formUnion(self.keys(of: entry.value, section: isNamed ? section : path))
            }
        }
    }
}

/// The lab writes its configuration from a template, which must follow the reader.
@Suite struct LabTemplateTests {
    @Test(arguments: [false, true])
    func `the lab's configuration loads without a word, with a media route or without`(
        media: Bool
    ) throws {
        let file = Fixtures.folder.appending(path: "../../lab/agent.conf.in").standardizedFileURL
        var text = try String(contentsOf: file, encoding: .utf8)
            .replacing("@STATE@", with: "/var/tmp/lab")
            .replacing("@PKI@", with: "/var/tmp/lab/pki")
            .replacing("@N@", with: "10")
        // `lab/up --media` does the same.
        if media { text = text.replacing("#+ ", with: "") }
        let loaded = try ConfigurationLoader.parse(text, file: "lab/agent.conf.in")
        #expect(loaded.warnings.isEmpty)
        let organisation = loaded.configuration.organisation
        #expect(organisation.edgePools.count == 2)
        #expect(organisation.routes.contains { $0.kind == .media } == media)
        #expect(loaded.configuration.management.edges.count == 4)
    }
}
