import FailoverCore
import FailoverEngine
import FailoverTestKit
import Foundation
import Testing

@Suite struct PlanScriptTests {
    /// The environment with the grammar, as scripts/setup makes it.
    private static let python = Example.repository + "/lab/.venv/bin/python"

    private static var hasGrammar: Bool { FileManager.default.isExecutableFile(atPath: python) }

    /// The scripts of an entry: as configured, and as if every zone had another provider.
    private static func scripts(_ entry: PlanMatrix.Entry) async throws -> [PlanScript] {
        let prepared = try await PlanBench(entry).plan()
        return [nil, ZoneProvider.powershell, .exec].map { provider in
            var organisation = entry.organisation
            for index in organisation.zones.indices {
                organisation.zones[index].provider = provider ?? organisation.zones[index].provider
            }
            return PlanScript(
                plan: prepared.plan,
                digest: prepared.digest,
                endpoint: prepared.snapshot.endpoint,
                organisation: organisation
            )
        }
    }

    @Test(.enabled(if: hasGrammar, "scripts/setup makes lab/.venv with tree-sitter-powershell"))
    func `every script of the matrix, and its undo, parses as PowerShell`() async throws {
        let folder = try ScratchFolder()
        var paths: [String] = []
        for (index, entry) in PlanMatrix.entries.enumerated() {
            let name = entry.name.map { $0 == " " ? "-" : String($0) }.joined()
            for (number, script) in try await PlanScriptTests.scripts(entry).enumerated() {
                let file = "\(index)-\(number)-\(name)"
                paths.append(try folder.write(script.text, to: "\(file).ps1"))
                paths.append(try folder.write(script.undoText, to: "\(file)-undo.ps1"))
            }
        }
        let (status, words) = try await Grammar.read(paths, with: PlanScriptTests.python)
        #expect(status == 0, "\(words)")
        #expect(words.contains("\(6 * PlanMatrix.entries.count) files read, 0 faults"))
    }

    @Test(
        .enabled(if: hasGrammar, "scripts/setup makes lab/.venv with tree-sitter-powershell"),
        arguments: ["if ($a { 'b' }\n", "@'\nserver 192.0.2.53\n", "Set-CsSite -Identity 'Red\n"]
    )
    func `the grammar sees what is no PowerShell`(_ text: String) async throws {
        let folder = try ScratchFolder()
        let path = try folder.write(text, to: "broken.ps1")
        let (status, words) = try await Grammar.read([path], with: PlanScriptTests.python)
        #expect(status == 1)
        #expect(words.contains("broken.ps1:"))
    }

    @Test(arguments: PlanMatrix.entries)
    func `a script has every step with its source, changes and commands`(
        entry: PlanMatrix.Entry
    ) async throws {
        let prepared = try await PlanBench(entry).plan()
        let script = PlanScript(
            plan: prepared.plan,
            digest: prepared.digest,
            endpoint: prepared.snapshot.endpoint,
            organisation: entry.organisation
        )
        let text = script.text
        let count = prepared.plan.steps.count
        for step in prepared.plan.steps {
            #expect(text.contains("# ==== Step \(step.id) of \(count): \(step.title) ===="))
            // Cmdlets that change something stand there as they are sent; Edge servers' in a block.
            guard [.state, .repeatable].contains(step.operation.operationClass) else { continue }
            let commands = step.operation.commands.filter { !$0.contains("<") }
            for command in commands where isRFC2136(step.operation, entry.organisation) {
                let bare =
                    command.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? command
                #expect(text.contains(bare), "step \(step.id) lacks \(bare)")
            }
        }
        #expect(text.contains("Import-Module"))
        // Comments fit a page; commands are as long as they are, also in the comments of the undo.
        let plan = text.split(separator: "# ==== To take it back")[0].split(separator: "\n")
        let comments = plan.filter { $0.hasPrefix("# ") && !$0.hasPrefix("#   ") }
        let long = comments.filter { $0.count > 110 && !$0.contains("====") }
        #expect(long.isEmpty, "\(long)")
    }

    @Test func `records of a Windows DNS zone change by its cmdlets, new ones first`() async throws
    {
        let entry = try #require(
            PlanMatrix.entries.first { $0.name.contains("sfb2015 pre_staged") }
        )
        let text = try await PlanScriptTests.scripts(entry)[1].text
        let lines = text.split(separator: "\n").map(String.init)
        let add = try #require(lines.firstIndex { $0.hasPrefix("Add-DnsServerResourceRecord") })
        let remove = try #require(
            lines.firstIndex { $0.hasPrefix("Remove-DnsServerResourceRecord") }
        )
        #expect(add < remove)
        #expect(lines.contains("Import-Module DnsServer"))
        #expect(!text.contains("| nsupdate"))
    }

    @Test func `names that end a quote or a line do no harm`() async throws {
        let entry = try #require(PlanMatrix.entries.first)
        var plan = try await PlanBench(entry).plan().plan
        plan.warnings.append("a warning\nRemove-Item C:\\ -Recurse # over two lines")
        plan.steps[0].title = "a title\nRemove-Item C:\\"
        let text = PlanScript(
            plan: plan,
            digest: nil,
            endpoint: "https://fe'1\n.contoso.net",
            organisation: entry.organisation
        ).text
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasPrefix("Remove-Item") })
    }

    private func isRFC2136(
        _ operation: FailoverCore.Operation,
        _ organisation: Organisation
    ) -> Bool {
        guard case .changeRecords(let zone, _) = operation else { return true }
        return organisation.zone(zone)?.provider == .rfc2136
    }
}

/// The small Python program that reads PowerShell.
private enum Grammar {
    static func read(_ paths: [String], with python: String) async throws -> (Int32, String) {
        let script = Example.repository + "/Tests/CommandTests/Grammar/parse_powershell.py"
        let result = try await Command([script] + paths, program: python).run()
        return (result.status, result.output + result.errors)
    }
}
