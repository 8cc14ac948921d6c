import Foundation
import Testing

@testable import Configuring

/// Whatever stands in a file, the loader says something in bounded time and goes on.
@Suite struct HostileInputTests {
    struct Input: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var testDescription: String { name }
    }

    static let inputs = [
        Input(name: "nothing", text: ""),
        Input(name: "a comment", text: "# nothing"),
        Input(name: "only a document mark", text: "---"),
        Input(name: "a document's end", text: "..."),
        Input(name: "one word", text: "agent"),
        Input(name: "null", text: "~"),
        Input(name: "deep brackets", text: String(repeating: "[", count: 100_000)),
        Input(name: "deep braces", text: String(repeating: "{a: ", count: 50_000)),
        Input(name: "deep keys", text: String(repeating: "{? ", count: 50_000)),
        Input(name: "deep dashes", text: String(repeating: "- ", count: 100_000) + "x"),
        Input(name: "allowed brackets", text: nested("[", "]", 900)),
        Input(name: "allowed braces", text: nested("{a: ", "}", 900)),
        Input(name: "deep groups", text: "agent: " + nested("{name: ", "}", 30)),
        Input(name: "aliases of aliases", text: bomb(levels: 10, width: 3)),
        Input(name: "many aliases of aliases", text: bomb(levels: 30, width: 9)),
        Input(
            name: "aliases of aliases as a key",
            text: bomb(levels: 10, width: 3) + "? *a9\n: x\n"
        ),
        Input(name: "an alias of itself", text: "agent: &a { name: *a }"),
        Input(name: "merging what is no group", text: "agent: { <<: warden, name: x }"),
        Input(name: "NUL", text: "agent: \u{0}"),
        Input(name: "an escaped NUL", text: "agent: { name: \"\\0\" }"),
        Input(name: "bell", text: "agent: \u{7}"),
        Input(name: "a lone quote", text: "agent: \"x"),
        Input(name: "an anchor without a name", text: "agent: & x"),
        Input(name: "a tag on everything", text: "!!map { !!str agent: !!seq [ !<x> y ] }"),
        Input(name: "binary data", text: "agent: !!binary AAAA"),
        Input(name: "an unknown YAML version", text: "%YAML 9.9\n---\nagent: {}"),
        Input(name: "too large", text: String(repeating: "# x\n", count: 70_000)),
        Input(
            name: "too many values",
            text: "agent: [" + String(repeating: "x,", count: 30_000) + "]"
        ),
        Input(name: "too many errors", text: many(5_000) { "k\($0): v" }),
        Input(name: "too many repeated keys", text: many(300) { "k\($0 / 2): v" }),
        Input(name: "one key very often", text: many(500) { _ in "agent: {}" }),
        Input(name: "repeated keys that are no words", text: "[a]: 1\n[a]: 2\n"),
        Input(name: "repeated quoted keys", text: "agent: { \"name\": x, 'name': y }"),
        Input(name: "repeated anchored keys", text: "&x agent: {}\nagent: {}\n"),
        Input(name: "repeated empty keys", text: "? \n: a\n? \n: b\n"),
        Input(name: "a private-use character", text: "\u{E000}gent: {}\nagent: {}\nagent: {}\n"),
        Input(name: "a number out of range", text: "probes: { fall: 99999999999999999999 }"),
        Input(name: "a duration out of range", text: "probes: { interval: 999999999d }"),
        Input(
            name: "a long word",
            text: "probes: { interval: \(String(repeating: "é", count: 9_000)) }"
        ),
        Input(name: "a long key", text: String(repeating: "k", count: 900) + ": x"),
        Input(name: "direction marks", text: "agent: { name: \"\u{202E}x\" }"),
        Input(name: "line separators", text: "agent:\u{2028}  nome: x\u{85}  site: y"),
    ]

    @Test(arguments: HostileInputTests.inputs)
    func `a hostile text is refused in plain words`(input: Input) throws {
        let diagnostics = said(of: input.text)
        #expect(diagnostics.contains { $0.severity == .error })
        #expect(diagnostics.count <= Findings.maximumDiagnostics)
        for diagnostic in diagnostics {
            #expect(diagnostic.message.utf8.count < 1_000)
            #expect(
                diagnostic.message.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control
                        && $0.properties.generalCategory != .format
                }
            )
        }
    }

    @Test func `a mutilated example is refused or accepted, but never a fault`() throws {
        let original = Array(
            try String(contentsOf: Fixtures.example, encoding: .utf8).unicodeScalars
        )
        var random = Splitmix(state: 20_261_121)
        let scraps: [Unicode.Scalar] = Array(
            ":-[]{}#&*!|>'\"%@`,? \n\t0~<\u{E000}\u{FEFF}".unicodeScalars
        )
        var refused = 0
        for _ in 0..<150 {
            var scalars = original
            for _ in 0...random.below(4) {
                let place = random.below(scalars.count - 40)
                switch random.below(3) {
                case 0: scalars[place] = scraps[random.below(scraps.count)]
                case 1: scalars.removeSubrange(place..<(place + 1 + random.below(30)))
                default: scalars.insert(scraps[random.below(scraps.count)], at: place)
                }
            }
            let diagnostics = said(of: String(String.UnicodeScalarView(scalars)))
            if diagnostics.contains(where: { $0.severity == .error }) { refused += 1 }
        }
        #expect(refused > 20)
        #expect(refused < 150)
    }

    private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
        String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
    }

    private static func many(_ count: Int, _ line: (Int) -> String) -> String {
        (0..<count).map(line).joined(separator: "\n")
    }

    private static func bomb(levels: Int, width: Int) -> String {
        var text = "a0: &a0 [x, x, x]\n"
        for level in 1..<levels {
            let uses = [String](repeating: "*a\(level - 1)", count: width)
            text += "a\(level): &a\(level) [\(uses.joined(separator: ", "))]\n"
        }
        return text
    }
}

/// A small seeded generator, so that a failure repeats.
struct Splitmix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(1, bound)))
    }
}
