import PSRP

/// What matters of an envelope: what is done, in which shell, and the stretches of fragments.
struct CapturedEnvelope {
    /// A stretch of fragments, or of a plain shell's text.
    struct Chunk {
        /// The command whose channel it is on; nil for the shell's own.
        var command: String?
        var bytes: [UInt8]
    }

    /// The last part of the action, such as `Create`, `ReceiveResponse` or `fault`.
    private(set) var action = ""
    /// What kind of shell it is about; empty in answers.
    private(set) var resource = ""
    /// The shell that it is about or that it made.
    private(set) var shell: String?
    private(set) var chunks: [Chunk] = []
    /// Elements that should hold Base64 and do not; a plain shell's arguments, for instance.
    private(set) var undecoded: [String] = []
    /// The signal's code.
    private(set) var signal = ""
    /// The number of a fault.
    private(set) var faultCode: String?
    private(set) var isFault = false
    /// The command that a request is about.
    private(set) var commandOfBody: String?
    /// Commands that are done.
    private(set) var done: [String] = []
    /// Other facts that are of interest, such as the largest envelope.
    private(set) var facts: [String] = []

    /// Whether the shell speaks PSRP.
    var isPowerShell: Bool { resource.lowercased().contains("/powershell/") }

    private struct Open {
        let name: String
        let attributes: [String: String]
        var command: String?
        var text = ""
    }

    init(_ xml: [UInt8]) throws {
        var parser = try XMLPullParser(xml)
        var open: [Open] = []
        while let event = try parser.next() {
            switch event {
            case .startElement(let name, let attributes):
                if open.isEmpty, name.local != "Envelope" {
                    throw HTTPText.Unreadable.because("<\(name)> instead of an envelope")
                }
                let values = Dictionary(
                    attributes.map { ($0.name.local, $0.value) },
                    uniquingKeysWith: { first, _ in first }
                )
                let command = values["CommandId"]?.uppercased() ?? open.last?.command
                open.append(Open(name: name.local, attributes: values, command: command))
            case .text(let text):
                open[open.count - 1].text += text
            case .endElement:
                let element = open.removeLast()
                close(element, in: open.last?.name ?? "")
            }
        }
    }

    private mutating func close(_ element: Open, in parent: String) {
        let text = element.text
        commandOfBody = commandOfBody ?? element.attributes["CommandId"]?.uppercased()
        switch element.name {
        case "Action" where parent == "Header":
            action = String(text.split(separator: "/").last ?? "")
        case "ResourceURI" where parent == "Header": resource = text
        case "Selector" where element.attributes["Name"] == "ShellId": shell = text
        case "ShellId": shell = shell ?? text
        case "Shell": shell = shell ?? element.attributes["ShellId"]
        case "Stream", "creationXml", "connectXml", "Arguments", "connectResponseXml":
            guard !text.isEmpty else { return }
            guard let bytes = try? Base64.decode(text) else {
                undecoded.append(element.name)
                return
            }
            chunks.append(Chunk(command: element.command, bytes: bytes))
        case "Code" where parent == "Signal": signal = text
        case "Fault": isFault = true
        case "WSManFault": faultCode = faultCode ?? element.attributes["Code"]
        case "CommandState":
            if element.attributes["State"]?.hasSuffix("/Done") == true, let id = element.command {
                done.append(id)
            }
        case "MaxEnvelopeSizekb", "State": facts.append("\(element.name) \(text)")
        default: break
        }
    }
}

extension CapturedEnvelope {
    /// What is done, for the transcript.
    var title: String {
        var words = [action.isEmpty ? "(no action)" : action]
        if let faultCode {
            words.append(UInt32(faultCode).map { "0x" + String($0, radix: 16) } ?? faultCode)
        }
        if !signal.isEmpty { words.append(String(signal.split(separator: "/").last ?? "")) }
        words += facts
        if !done.isEmpty { words.append("(command done)") }
        return words.joined(separator: " ")
    }
}
