import PSRP

/// What is asked of a server, before it becomes an envelope.
struct WSManRequest: Sendable {
    /// The operations that a shell needs, and the question who is there.
    enum Operation: String, Sendable, CaseIterable {
        case identify = "Identify"
        case create = "Create"
        case delete = "Delete"
        case command = "Command"
        case send = "Send"
        case receive = "Receive"
        case signal = "Signal"

        /// The action's URI; Identify has none.
        var action: String {
            switch self {
            case .identify: ""
            case .create, .delete: "\(Namespace.transfer)/\(rawValue)"
            case .command, .send, .receive, .signal: "\(Namespace.shell)/\(rawValue)"
            }
        }
    }

    let operation: Operation
    /// The shell; nil when it is to be created.
    var shellID: String?
    /// Options with whether the server must understand them.
    var options: [(name: String, value: String, mustComply: Bool)] = []
    /// The body's XML.
    let body: String
    /// How long the server may take.
    let operationTimeout: Duration

    /// The envelope.
    ///
    /// - Parameters:
    ///   - endpoint: Where it goes.
    ///   - messageID: The message's own identifier, which the answer repeats.
    ///   - sessionID: The same for all messages of a client.
    ///   - answerLengthMax: The longest envelope that we take for an answer, in bytes.
    /// - Returns: The SOAP envelope in UTF-8.
    func envelope(
        to endpoint: WSManEndpoint,
        messageID: GUID,
        sessionID: GUID,
        answerLengthMax: Int = EnvelopeLength.everywhere
    ) -> [UInt8] {
        if operation == .identify { return identification }
        let escape = XMLEscaping.escape
        let resource = "\(Namespace.powerShell)/\(endpoint.configurationName)"
        var header = """
            <a:Action s:mustUnderstand="true">\(operation.action)</a:Action>\
            <a:To>\(escape(endpoint.url))</a:To>\
            <a:MessageID>uuid:\(messageID)</a:MessageID>\
            <a:ReplyTo><a:Address s:mustUnderstand="true">\(Namespace.addressing)/role/anonymous\
            </a:Address></a:ReplyTo>\
            <w:ResourceURI s:mustUnderstand="true">\(escape(resource))</w:ResourceURI>\
            <w:MaxEnvelopeSize s:mustUnderstand="true">\(answerLengthMax)\
            </w:MaxEnvelopeSize>\
            <w:OperationTimeout>\(Self.text(of: operationTimeout))</w:OperationTimeout>\
            <w:Locale xml:lang="en-US" s:mustUnderstand="false" />\
            <p:DataLocale xml:lang="en-US" s:mustUnderstand="false" />\
            <p:SessionId s:mustUnderstand="false">uuid:\(sessionID)</p:SessionId>
            """
        if !options.isEmpty {
            header += "<w:OptionSet s:mustUnderstand=\"true\">"
            for option in options {
                let comply = option.mustComply ? " MustComply=\"true\"" : ""
                header += "<w:Option Name=\"\(option.name)\"\(comply)>"
                header += "\(escape(option.value))</w:Option>"
            }
            header += "</w:OptionSet>"
        }
        if let shellID {
            header += "<w:SelectorSet><w:Selector Name=\"ShellId\">\(escape(shellID))"
            header += "</w:Selector></w:SelectorSet>"
        }
        let text = """
            <s:Envelope xmlns:s="\(Namespace.soap)" xmlns:a="\(Namespace.addressing)" \
            xmlns:w="\(Namespace.wsman)" xmlns:p="\(Namespace.microsoft)" \
            xmlns:rsp="\(Namespace.shell)"><s:Header>\(header)</s:Header>\
            <s:Body>\(body)</s:Body></s:Envelope>
            """
        return Array(text.utf8)
    }

    /// Identify goes without any header (DSP0226).
    private var identification: [UInt8] {
        let text = """
            <s:Envelope xmlns:s="\(Namespace.soap)" xmlns:wsmid="\(Namespace.identity)">\
            <s:Header/><s:Body>\(body)</s:Body></s:Envelope>
            """
        return Array(text.utf8)
    }

    /// A duration in the form of XML Schema, in milliseconds.
    private static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        let zeros = String(repeating: "0", count: 3 - milliseconds.utf8.count)
        return "PT\(seconds).\(zeros)\(milliseconds)S"
    }
}

extension WSManRequest {
    /// How long a shell may be idle before the server ends it.
    ///
    /// A shell that is never deleted (the agent was killed, the network was down) counts against
    /// the account's limit of shells until then.
    static let shellIdleTimeout = Duration.seconds(300)

    private static let stateChange = Duration.seconds(20)

    /// Asks what stands there.
    static func identify() -> WSManRequest {
        WSManRequest(
            operation: .identify,
            body: "<wsmid:Identify/>",
            operationTimeout: stateChange
        )
    }

    /// Opens a shell with the opening messages of a runspace pool.
    static func create(shellID: GUID, opening: [UInt8]) -> WSManRequest {
        WSManRequest(
            operation: .create,
            options: [("protocolversion", "2.3", true)],
            body: """
                <rsp:Shell ShellId="\(shellID)"><rsp:IdleTimeOut>\(text(of: shellIdleTimeout))\
                </rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams>\
                <rsp:OutputStreams>stdout</rsp:OutputStreams>\
                <creationXml xmlns="\(Namespace.powerShell)">\(Base64.encode(opening))\
                </creationXml></rsp:Shell>
                """,
            operationTimeout: .seconds(60)
        )
    }

    /// Begins a command with the first fragment of its pipeline.
    static func command(_ id: GUID, fragment: [UInt8], shell: String) -> WSManRequest {
        WSManRequest(
            operation: .command,
            shellID: shell,
            options: [("WINRS_SKIP_CMD_SHELL", "FALSE", false)],
            body: """
                <rsp:CommandLine CommandId="\(id)"><rsp:Command></rsp:Command><rsp:Arguments>\
                \(Base64.encode(fragment))</rsp:Arguments></rsp:CommandLine>
                """,
            operationTimeout: .seconds(60)
        )
    }

    /// Sends a fragment: more of the pipeline on `stdin`, an answer to a host call on `pr`.
    static func send(
        _ fragment: [UInt8],
        on stream: String,
        command: GUID,
        shell: String
    ) -> WSManRequest {
        WSManRequest(
            operation: .send,
            shellID: shell,
            body: """
                <rsp:Send><rsp:Stream Name="\(stream)" CommandId="\(command)">\
                \(Base64.encode(fragment))</rsp:Stream></rsp:Send>
                """,
            operationTimeout: stateChange
        )
    }

    /// Asks for output of a command, or of the shell; the server holds the question.
    static func receive(command: GUID?, shell: String, wait: Duration) -> WSManRequest {
        let id = command.map { " CommandId=\"\($0)\"" } ?? ""
        return WSManRequest(
            operation: .receive,
            shellID: shell,
            options: [("WSMAN_CMDSHELL_OPTION_KEEPALIVE", "TRUE", false)],
            body: """
                <rsp:Receive><rsp:DesiredStream\(id)>stdout</rsp:DesiredStream></rsp:Receive>
                """,
            operationTimeout: wait
        )
    }

    /// Ends a command, running or not.
    static func terminate(_ command: GUID, shell: String) -> WSManRequest {
        WSManRequest(
            operation: .signal,
            shellID: shell,
            body: """
                <rsp:Signal CommandId="\(command)"><rsp:Code>\(Namespace.shell)/signal/terminate\
                </rsp:Code></rsp:Signal>
                """,
            operationTimeout: stateChange
        )
    }

    /// Ends a shell and all that runs in it.
    static func delete(shell: String) -> WSManRequest {
        WSManRequest(
            operation: .delete,
            shellID: shell,
            body: "",
            operationTimeout: stateChange
        )
    }
}
