import Foundation

@testable import PSRP

/// One capture, decoded both ways and replayed; tells what was done and what was not.
struct FileReplay {
    /// A shell of the capture.
    private struct Shell {
        var isPowerShell = false
        var channels: [String: ChannelReading] = [:]
        var client = ClientReplay()
        var plainBytes = 0
    }

    let name: String
    /// What was decoded, line by line.
    private(set) var transcript: [String] = []
    /// Why the file could not be decoded; empty when it was.
    private(set) var problems: [String] = []
    private var shells: [String: Shell] = [:]
    private var order: [String] = []
    private var exchanges = 0
    private var envelopes = 0
    private var faults = 0
    private var silent = 0
    private var facts: [String] = []

    init(_ file: URL) {
        name = String(file.lastPathComponent.dropLast(4))
        transcript.append("== \(name)")
        do {
            let capture = try Capture(contentsOf: file)
            for exchange in capture.exchanges { read(exchange) }
        } catch {
            problems.append("\(error)")
        }
        for key in order {
            guard let shell = shells[key], shell.isPowerShell else { continue }
            transcript.append("ends: \(shell.client.ending)")
            for note in shell.client.notes { transcript.append("note: \(note)") }
        }
    }

    private mutating func read(_ exchange: (request: Capture.Side, response: Capture.Side)) {
        exchanges += 1
        let request = envelope(exchange.request, "request")
        let response = envelope(exchange.response, "answer")
        // The server names a new shell; it need not take the client's proposal.
        let named =
            request?.action == "Create"
            ? response?.shell ?? request?.shell : request?.shell ?? response?.shell
        guard let key = named?.uppercased() ?? (order.count == 1 ? order[0] : nil) else {
            tell(request, ">")
            tell(response, "<")
            return
        }
        if shells[key] == nil {
            order.append(key)
            shells[key] = Shell()
        }
        // A list of shells names one before it is used.
        if request?.isPowerShell == true { shells[key]?.isPowerShell = true }
        tell(request, ">")
        if let request { take(request, of: key, to: .server, by: request) }
        tell(response, "<")
        if let response {
            if let request, !response.isFault { shells[key]?.client.succeeded(request) }
            take(response, of: key, to: .client, by: request ?? response)
        }
    }

    private mutating func envelope(_ side: Capture.Side, _ name: String) -> CapturedEnvelope? {
        switch side {
        case .nothing:
            silent += 1
            return nil
        case .unreadable(let why):
            problems.append("\(name) \(exchanges): \(why)")
            return nil
        case .envelope(let envelope):
            envelopes += 1
            if envelope.isFault { faults += 1 }
            facts += envelope.facts
            return envelope
        }
    }

    private mutating func tell(_ envelope: CapturedEnvelope?, _ direction: String) {
        guard let envelope else { return }
        transcript.append("\(exchanges) \(direction) \(envelope.title)")
    }

    /// Decodes an envelope's fragments and hands them to the replay.
    private mutating func take(
        _ envelope: CapturedEnvelope,
        of key: String,
        to destination: PSRPMessage.Destination,
        by request: CapturedEnvelope
    ) {
        guard var shell = shells.removeValue(forKey: key) else { return }
        defer { shells[key] = shell }
        guard shell.isPowerShell else {
            shell.plainBytes += envelope.chunks.reduce(0) { $0 + $1.bytes.count }
            return
        }
        do {
            guard envelope.undecoded.isEmpty else {
                throw ChannelReading.Wrong("no Base64 in \(envelope.undecoded)")
            }
            var sent: [(PSRPMessage, MessageContent)] = []
            for chunk in envelope.chunks {
                // A request's first fragment is on no channel of its own, the rest is.
                let place = "\(destination) \(chunk.command ?? "")"
                var channel = shell.channels[place] ?? ChannelReading(to: destination)
                let messages = try channel.read(chunk.bytes)
                shell.channels[place] = channel
                for (message, content) in messages {
                    let line = MessageText.line(message, content)
                    transcript.append("    \(destination == .server ? ">" : "<") \(line)")
                }
                sent += messages
                if destination == .client { try shell.client.receive(chunk) }
            }
            if destination == .server { try shell.client.send(sent, by: request) }
        } catch {
            problems.append("\(envelope.action) \(exchanges): \(error)")
        }
    }
}

extension FileReplay {
    /// One line that says what was decoded, or why not.
    var summary: String {
        guard problems.isEmpty else {
            return "\(name): NOT DECODED: \(problems.joined(separator: "; "))"
        }
        let kinds = shells.values
        let channels = kinds.flatMap(\.channels.values)
        var read = ChannelReading.Figures()
        for channel in channels { read += channel.figures }
        var client = ClientReplay.Figures()
        for shell in kinds { client += shell.client.figures }
        var parts = ["\(exchanges) exchanges, \(envelopes) envelopes, \(faults) faults"]
        if silent > 0 { parts.append("\(silent) empty bodies") }
        let plain = kinds.filter { !$0.isPowerShell }
        if !plain.isEmpty {
            let bytes = plain.reduce(0) { $0 + $1.plainBytes }
            parts.append("\(plain.count) plain shells with \(bytes) bytes, which are no PSRP")
        }
        guard read.messages > 0 else {
            return "\(name): " + (parts + ["no PSRP in it"] + facts).joined(separator: "; ")
        }
        parts.append(
            "\(kinds.count - plain.count) PowerShell shells, \(read.messages) messages in "
                + "\(read.fragments) fragments"
        )
        for (title, end) in [("server's", "client"), ("client's", "server")] {
            var figures = ChannelReading.Figures()
            for shell in kinds {
                for (place, channel) in shell.channels where place.hasPrefix(end) {
                    figures += channel.figures
                }
            }
            parts.append(
                "\(title) written again: \(figures.sameBytes) the same bytes, "
                    + "\(figures.sameValue) the same value, \(figures.empty) empty"
            )
        }
        parts.append(
            "cut in two at \(read.splits) of \(read.places) places, through the client at "
                + "\(client.splits)"
        )
        parts.append(
            "client replayed: \(client.rebuilt) requests rebuilt, \(client.different) different, "
                + "\(client.refused) not ours, "
                + "\(client.events) events"
        )
        let unfinished = channels.filter(\.isUnfinished).count
        if unfinished > 0 { parts.append("\(unfinished) channels end within a message") }
        if read.secureStrings > 0 {
            parts.append("\(read.secureStrings) secure strings not opened")
        }
        let notes = kinds.flatMap(\.client.notes)
        return "\(name): " + (parts + Set(notes).sorted()).joined(separator: "; ")
    }
}
