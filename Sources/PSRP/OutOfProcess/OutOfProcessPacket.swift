/// A line between a client and a server process: PowerShell's framing over standard input and output.
///
/// It is what `powershell -s` and PowerShell over ssh speak; MS-PSRP does not describe it. One XML
/// element is a line, and a GUID of zeros stands for the pool itself.
public enum OutOfProcessPacket: Hashable, Sendable {
    /// What a packet of data carries.
    public enum Stream: String, Hashable, Sendable, CaseIterable {
        /// Everything but host responses.
        case standard = "Default"
        /// Host responses.
        case promptResponse = "PromptResponse"
    }

    /// A fragment for or of a pool or pipeline.
    case data(Stream, GUID, [UInt8])
    /// A client announces a pipeline.
    case command(GUID)
    /// A client ends a pipeline or the pool.
    case close(GUID)
    /// A client stops a pipeline.
    case signal(GUID)
    /// The other side took data.
    case dataAck(GUID)
    /// The server expects the pipeline's data.
    case commandAck(GUID)
    /// The server has ended a pipeline or the pool.
    case closeAck(GUID)
    /// The server has stopped a pipeline.
    case signalAck(GUID)

    /// Whose it is: a pipeline's, or zeros for the pool's.
    public var id: GUID {
        switch self {
        case .data(_, let id, _), .command(let id), .close(let id), .signal(let id),
            .dataAck(let id), .commandAck(let id), .closeAck(let id), .signalAck(let id):
            id
        }
    }

    /// Reads a line without its end.
    ///
    /// - Throws: `malformedXML`, `malformedBase64`, or `malformedMessage` when it is another
    ///   element or lacks a part.
    public init(line: [UInt8]) throws(PSRPError) {
        var parser = try XMLPullParser(line, limits: XMLLimits(maximumDepth: 2))
        guard case .startElement(let name, let attributes)? = try parser.next() else {
            throw PSRPError(.malformedMessage, "a line holds no packet")
        }
        var text = ""
        while let event = try parser.next() {
            switch event {
            case .text(let part): text += part
            case .startElement: throw PSRPError(.malformedMessage, "<\(name)> holds an element")
            case .endElement: continue
            }
        }
        func attribute(_ name: String) -> String? {
            attributes.first { $0.name.local == name }?.value
        }
        guard let id = attribute("PSGuid").flatMap({ GUID($0) }) else {
            throw PSRPError(.malformedMessage, "<\(name)> has no PSGuid")
        }
        switch name.local {
        case "Data":
            let stream = Stream(rawValue: attribute("Stream") ?? Stream.standard.rawValue)
            guard let stream else {
                throw PSRPError(.malformedMessage, "<Data> is on an unknown stream")
            }
            self = .data(stream, id, try Base64.decode(text))
            return
        case "Command": self = .command(id)
        case "Close": self = .close(id)
        case "Signal": self = .signal(id)
        case "DataAck": self = .dataAck(id)
        case "CommandAck": self = .commandAck(id)
        case "CloseAck": self = .closeAck(id)
        case "SignalAck": self = .signalAck(id)
        default: throw PSRPError(.malformedMessage, "<\(name)> is not a packet")
        }
        guard text.utf8.allSatisfy(XMLCharacters.isSpace) else {
            throw PSRPError(.malformedMessage, "<\(name)> holds text")
        }
    }

    /// The packet as a line with its end.
    public var line: [UInt8] {
        let id = id.description.lowercased()
        return switch self {
        case .data(let stream, _, let bytes):
            Array(
                "<Data Stream='\(stream.rawValue)' PSGuid='\(id)'>\(Base64.encode(bytes))</Data>\n"
                    .utf8
            )
        default: Array("<\(elementName) PSGuid='\(id)' />\n".utf8)
        }
    }

    var elementName: String {
        switch self {
        case .data: "Data"
        case .command: "Command"
        case .close: "Close"
        case .signal: "Signal"
        case .dataAck: "DataAck"
        case .commandAck: "CommandAck"
        case .closeAck: "CloseAck"
        case .signalAck: "SignalAck"
        }
    }
}
