import Foundation
import Testing
import Yams

@testable import PSRP

@Suite("Captures in other forms")
struct CaptureTests {
    private typealias Exchange = [String: String]

    /// What a bundled capture holds.
    private func exchanges(_ name: String) throws -> [Exchange] {
        let bundled = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/test_\(name).yml")
        let text = try String(contentsOf: bundled, encoding: .utf8)
        let list = try #require(try Yams.compose(yaml: text)?["messages"]?.sequence)
        return list.map { node in
            ["request", "response"].reduce(into: [:]) { $0[$1] = node[$1]?.string }
        }
    }

    /// Replays a file of a text.
    private func replay(text: String) throws -> FileReplay {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "capture-\(UInt64.random(in: 0 ... .max)).yml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        // A file that stays behind harms nobody.
        defer { try? FileManager.default.removeItem(at: file) }
        return FileReplay(file)
    }

    /// Replays a bundled capture with every body changed.
    private func changed(
        _ name: String = "psrp_open_runspace",
        _ change: (String) -> String
    ) throws -> FileReplay {
        let all = try exchanges(name).map { $0.mapValues(change) }
        return try replay(text: Yams.dump(object: ["messages": all]))
    }

    @Test
    func `whole HTTP messages, chunks and Base64 are unwrapped`() throws {
        let plain = try changed { $0 }
        #expect(plain.problems.isEmpty)
        let forms: [(String) -> String] = [
            { "HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n" + $0 },
            { body in
                let bytes = Array(body.utf8)
                let first = String(decoding: bytes[..<100], as: UTF8.self)
                let rest = String(decoding: bytes[100...], as: UTF8.self)
                let size = String(bytes.count - 100, radix: 16)
                return "64;x=y\r\n\(first)\r\n\(size)\r\n\(rest)\r\n0\r\n\r\n"
            },
            { Base64.encode(Array($0.utf8)) },
            { "POST /wsman HTTP/1.1\nHost: a\n\n" + Base64.encode(Array($0.utf8)) },
        ]
        for form in forms {
            let replay = try changed { form($0) }
            #expect(replay.problems.isEmpty, "\(replay.summary)")
            #expect(replay.transcript.dropFirst() == plain.transcript.dropFirst())
        }
    }

    @Test
    func `maps with bodies, other names and empty answers are read`() throws {
        let plain = try changed { $0 }
        let all = try exchanges("psrp_open_runspace").map { exchange in
            exchange.mapValues { ["uri": "https://a/wsman", "body": $0] }
        }
        let nested = try replay(text: Yams.dump(object: ["interactions": all]))
        #expect(nested.problems.isEmpty, "\(nested.summary)")
        #expect(nested.transcript.dropFirst() == plain.transcript.dropFirst())
        let empty = [["request": "", "response": ""]]
        let unanswered = try replay(
            text: Yams.dump(object: exchanges("psrp_open_runspace") + empty)
        )
        #expect(unanswered.problems.isEmpty, "\(unanswered.summary)")
        #expect(unanswered.summary.contains("2 empty bodies"))
    }

    @Test
    func `what cannot be read fails, and says why`() throws {
        let sealed =
            "--Encrypted Boundary\r\nContent-Type: application/HTTP-SPNEGO-session-encrypted"
        let cases: [(String, (String) -> String)] = [
            ("sealed by HTTP", { _ in sealed }),
            ("compressed (gzip)", { _ in "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx" }),
            ("<html> instead of an envelope", { _ in "<html></html>" }),
            ("neither XML nor HTTP", { _ in "not at all!" }),
            ("malformed", { $0.replacing("</s:Envelope>", with: "</s:Envelop>") }),
            ("no Base64", { $0.replacing(">AAAAAAAAAA", with: ">!AAAAAAAAA") }),
            (
                "has no first fragment",
                { $0.replacing(">AAAAAAAAAAEAAAAAAAAAAAM", with: ">AAAAAAAAAAEAAAAAAAAAAQI") }
            ),
        ]
        for (reason, change) in cases {
            let replay = try changed("psrp_open_runspace", change)
            #expect(replay.summary.contains("NOT DECODED"), "\(reason)")
            #expect(replay.summary.contains(reason), "\(replay.summary.prefix(300))")
        }
        for (reason, text) in [
            ("no list of exchanges", "a: b\n"), ("the file is empty", ""),
            ("neither a request nor a response", "messages:\n- other: 1\n"),
        ] {
            let replay = try replay(text: text)
            #expect(replay.summary.contains(reason), "\(replay.summary)")
        }
    }

    @Test
    func `a capture that begins in the middle is decoded, and says that it is not replayed`() throws
    {
        let rest = Array(try exchanges("psrp_open_runspace").dropFirst())
        let replay = try replay(text: Yams.dump(object: rest))
        #expect(replay.problems.isEmpty, "\(replay.summary)")
        #expect(replay.transcript.contains { $0.contains("the capture does not begin") })
        #expect(replay.summary.contains("messages in"))
    }

    @Test
    func `a capture that ends within a message says so`() throws {
        let all = try exchanges("psrp_open_runspace").map { exchange in
            exchange.mapValues { body -> String in
                guard
                    let start = body.range(of: "<rsp:Stream Name=\"stdout\">", options: .backwards),
                    let end = body.range(of: "</rsp:Stream>", options: .backwards)
                else { return body }
                let cut = body[start.upperBound..<end.lowerBound].prefix(80)
                return "\(body[..<start.upperBound])\(cut)\(body[end.lowerBound...])"
            }
        }
        let replay = try replay(text: Yams.dump(object: Array(all.prefix(2))))
        #expect(replay.problems.isEmpty, "\(replay.summary)")
        #expect(replay.summary.contains("end within a message"), "\(replay.summary)")
    }
}
