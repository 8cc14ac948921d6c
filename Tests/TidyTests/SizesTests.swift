import Testing

@Suite
struct SizesTests {
    @Test
    func `no source file is longer than 600 lines`() throws {
        let found = Sizes.longFiles(in: try Repository.swiftFiles("Sources", "Tests"))
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `no function is longer than 70 lines`() throws {
        let found = try Repository.swiftFiles("Sources", "Tests").flatMap {
            Sizes.longFunctions(in: $0)
        }
        #expect(found.isEmpty, "\(found.listed)")
    }

    @Test
    func `long functions that are known of only get shorter`() throws {
        #expect(Sizes.looseEntries(in: try Repository.swiftFiles("Sources")).isEmpty)
    }

    @Test
    func `nearly every function keyword of the sources is understood`() throws {
        // The scan must not pass because it sees nothing.
        let sources = try Repository.swiftFiles("Sources")
        let functions = sources.map { FunctionScan.functions(in: $0.code).count }.reduce(0, +)
        let keywords = sources.map { source in
            source.code.filter { $0.contains("func ") }.count
        }.reduce(0, +)
        #expect(functions > keywords * 9 / 10)
    }
}

/// That the checks above can fail.
@Suite
struct SizesOnBadSamplesTests {
    @Test(arguments: [(600, false), (601, true)])
    func `a file is too long from line 601 on`(lines: Int, isFound: Bool) {
        let text = String(repeating: "let a = 1\n", count: lines)
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        #expect(Sizes.longFiles(in: [source]).count == (isFound ? 1 : 0))
    }

    @Test(arguments: [(68, false), (69, true)])
    func `a function is too long from line 71 on`(body: Int, isFound: Bool) {
        let text =
            "struct A {\n    func `odd } name`(_ a: Int) {\n"
            + String(repeating: "        f(\"{\") // {\n", count: body) + "    }\n}\n"
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        let found = Sizes.longFunctions(in: source)
        #expect(found.map(\.line) == (isFound ? [2] : []))
        #expect(found.allSatisfy { $0.message.contains("71 lines") })
    }

    @Test
    func `a known long function may not grow, and its entry follows when it shrinks`() {
        let text = "func a() {\n" + String(repeating: "b()\n", count: 98) + "}\n"
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        for (linesMax, isFound, isLoose) in [
            (99, true, true), (100, false, false), (101, false, true),
        ] {
            let ratchet = [source.path: linesMax]
            #expect(Sizes.longFunctions(in: source, ratchet: ratchet).isEmpty == !isFound)
            #expect(Sizes.looseEntries(in: [source], ratchet: ratchet).isEmpty == !isLoose)
        }
    }

    @Test
    func `functions are measured whatever their signature looks like`() {
        let text = """
            protocol P {
                func none() async throws -> Int
                func over(
                    _ a: Int
                ) -> Int
                init(b: Int)
                subscript(a: Int) -> Int { get }
            }
            @discardableResult public static func one() -> Int { 1 }
            public init(
                a: () -> Int = { 1 },
                b: [Int]
            ) async
            throws(Fault) {
                self.init(a: a)
                super.init()
            }
            func generic<A, B>(a: A)
            where
                A: P,
                B: P
            {
                func inner() {
                }
            }
            """
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        #expect(
            FunctionScan.functions(in: source.code) == [
                .init(line: 7, lines: 1), .init(line: 9, lines: 1), .init(line: 10, lines: 8),
                .init(line: 18, lines: 8), .init(line: 23, lines: 2),
            ]
        )
    }
}
