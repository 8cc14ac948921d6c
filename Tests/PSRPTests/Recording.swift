import Foundation
import PSRP
import Yams

/// A recorded exchange with a real Windows server (from pypsrp's tests; `Vectors/LICENSE`).
struct Recording: Sendable {
    /// One request or answer.
    struct Envelope: Sendable {
        /// The last part of the SOAP action; empty when there is none.
        var action = ""
        /// The stretches of fragments, in order, with the pipeline whose channel they are on.
        var chunks: [(pipeline: String?, bytes: [UInt8])] = []
    }

    let exchanges: [(request: Envelope, response: Envelope)]

    /// The recordings that belong to these tests.
    private static let bundled = Bundle.module.bundleURL.appendingPathComponent("Vectors")

    /// The names of the bundled recordings.
    static let bundledNames = names(in: bundled)

    private static func names(in folder: URL) -> [String] {
        // An unreadable folder has no recordings; a test says that there are some.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        // Two of the original set have no PSRP in them, only the server's configuration.
        return files.filter { $0.hasSuffix(".yml") && !$0.contains("wsman_update") }.sorted()
            .map { String($0.dropLast(4)) }
    }

    /// A bundled recording, without the `test_` of its name.
    static func named(_ name: String) throws -> Recording {
        try Recording(bundled.appendingPathComponent("test_\(name).yml"))
    }

    /// A bundled recording by its file's name.
    static func file(_ name: String) throws -> Recording {
        try Recording(bundled.appendingPathComponent("\(name).yml"))
    }

    private struct File: Decodable {
        struct Exchange: Decodable {
            var request: String
            var response: String
        }
        var messages: [Exchange]
    }

    private init(_ file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let content = try YAMLDecoder().decode(File.self, from: text)
        exchanges = try content.messages.compactMap {
            // Two recordings also run plain commands, in shells that speak no PSRP.
            guard $0.request.contains("microsoft.com/powershell/") else { return nil }
            return (try Envelope(soap: $0.request), try Envelope(soap: $0.response))
        }
    }

    /// All that the server sent, channel by channel: the pool's first.
    var serverChannels: [(pipeline: String?, bytes: [UInt8])] {
        Self.joined(exchanges.flatMap(\.response.chunks))
    }

    /// All that the client sent, channel by channel.
    var clientChannels: [(pipeline: String?, bytes: [UInt8])] {
        Self.joined(exchanges.flatMap(\.request.chunks))
    }

    private static func joined(
        _ chunks: [(pipeline: String?, bytes: [UInt8])]
    ) -> [(pipeline: String?, bytes: [UInt8])] {
        var channels: [(pipeline: String?, bytes: [UInt8])] = []
        for chunk in chunks {
            if let place = channels.firstIndex(where: { $0.pipeline == chunk.pipeline }) {
                channels[place].bytes += chunk.bytes
            } else {
                channels.append(chunk)
            }
        }
        return channels
    }
}

extension Recording.Envelope {
    /// The elements that carry fragments.
    private static let carriers: Set<String> = [
        "Stream", "creationXml", "connectXml", "Arguments", "connectResponseXml",
    ]

    init(soap: String) throws {
        var parser = try XMLPullParser(Array(soap.utf8))
        var open: [(name: String, pipeline: String?)] = []
        var commandID: String?
        while let event = try parser.next() {
            switch event {
            case .startElement(let name, let attributes):
                let id = attributes.first { $0.name.local == "CommandId" }?.value
                if name.local == "CommandLine" { commandID = id }
                open.append((name.local, id ?? commandID))
            case .endElement: open.removeLast()
            case .text(let text):
                guard let element = open.last else { continue }
                if element.name == "Action" {
                    action = String(text.split(separator: "/").last ?? "")
                }
                guard Self.carriers.contains(element.name) else { continue }
                chunks.append((element.pipeline, try Base64.decode(text)))
            }
        }
    }
}
