import FailoverCore
import Foundation
import Testing

/// `docs/procedures.md` against the documents' steps and against what the planner emits.
@Suite
struct ProceduresPageTests {
    private let page: String

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/procedures.md")
        page = try String(contentsOf: file, encoding: .utf8)
    }

    /// The first cells of the page's tables, where the steps are named.
    private var places: [String] {
        page.split(separator: "\n").filter { $0.hasPrefix("| [") }.compactMap {
            $0.split(separator: "|").first.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test(arguments: SourceDocument.allCases)
    func `every numbered step of both documents has a row`(document: SourceDocument) {
        let mark = document == .skypeForBusiness ? "[S]" : "[L]"
        for section in document.sections {
            #expect(page.contains(section.heading))
            for step in 1...section.stepCount {
                let place = "\(mark) \(section.procedure) \(step)"
                #expect(
                    places.contains { row in
                        row.components(separatedBy: ", ").contains {
                            $0 == place || $0.hasPrefix(place + " (")
                        }
                    },
                    "no row for \(place)"
                )
            }
        }
    }

    @Test(arguments: [
        "`Stop-CsWindowsService`", "`Start-CsWindowsService`",
        "`Set-CsSite Site2 -XmppExternalFederationRoute EdgeServer2.contoso.com`",
        "`Set-CsSite Site1 -XmppExternalFederationRoute EdgeServer1.contoso.com`",
        "point the A record for XMPP federation to EdgeServer2.contoso.com",
        "point the A record to EdgeServer2.contoso.com", "`_xmpp-server._tcp.contoso.com`",
        "port 5269", "Enable federation for this Edge pool (Port 5061)", "`Invoke-CsPoolFailback`",
        "Associate Edge Pool (for media components)", "Setup or Remove Lync Server Components",
        "each with a different priority", "Web Conferencing and A/V Conferencing",
    ])
    func `every example of both documents is on the page`(example: String) {
        #expect(page.contains(example))
    }

    @Test
    func `every step number that a plan can name has a row, and every row's step is in a plan`() {
        let rows = Set(
            places.flatMap { $0.components(separatedBy: ", ") }.compactMap { place in
                let words = place.split(separator: " ")
                return words.count > 2 ? Int(words[2]).map { "\(words[1]) \($0)" } : nil
            }
        )
        let emitted = Set(
            StepSource.all.flatMap { source in
                source.stepNumbers.map { "\(source.procedure) \($0)" }
            }
        )
        #expect(emitted.subtracting(rows).sorted() == [])
        #expect(rows.subtracting(emitted).sorted() == [])
    }
}
