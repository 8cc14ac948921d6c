import Curl
import FailoverCore
import FailoverEngine
import PSRP
import Testing

@testable import PowerShellRemoting

@Suite("WS-Management envelopes")
struct WSManTests {
    private let endpoint = WSManEndpoint(
        url: "https://fe11.contoso.lan:5986/wsman?a=1&b=2",
        configurationName: "Edge<warden>",
        tls: TLSOptions(trust: .system),
        authentication: .none
    )

    private func envelope(_ request: WSManRequest) throws -> SOAPNode {
        try SOAPNode.parse(
            request.envelope(
                to: endpoint,
                messageID: .zero,
                sessionID: GUID("\(GUID.zero)") ?? .zero
            )
        )
    }

    private func header(_ envelope: SOAPNode, _ namespace: String, _ name: String) -> SOAPNode? {
        envelope.child(Namespace.soap, "Header")?.child(namespace, name)
    }

    @Test
    func `a request names its action, resource, shell and limits`() throws {
        let request = WSManRequest.receive(command: .zero, shell: "S&1", wait: .milliseconds(1_500))
        let envelope = try envelope(request)
        #expect(envelope.namespace == Namespace.soap && envelope.name == "Envelope")
        let expected = [
            (Namespace.addressing, "Action", "\(Namespace.shell)/Receive"),
            (Namespace.addressing, "To", "https://fe11.contoso.lan:5986/wsman?a=1&b=2"),
            (Namespace.addressing, "MessageID", "uuid:\(GUID.zero)"),
            (Namespace.wsman, "ResourceURI", "\(Namespace.powerShell)/Edge<warden>"),
            (Namespace.wsman, "MaxEnvelopeSize", "153600"),
            (Namespace.wsman, "OperationTimeout", "PT1.500S"),
            (Namespace.wsman, "OptionSet", "TRUE"),
            (Namespace.wsman, "SelectorSet", "S&1"),
        ]
        for (namespace, name, text) in expected {
            #expect(header(envelope, namespace, name)?.wholeText == text, "\(name)")
        }
        let body = envelope.child(Namespace.soap, "Body")
        let stream = body?.child(Namespace.shell, "Receive")?.child(
            Namespace.shell,
            "DesiredStream"
        )
        #expect(stream?.text == "stdout")
        #expect(stream?.attributes["CommandId"] == "\(GUID.zero)")
    }

    @Test
    func `opening carries the protocol version and the opening messages`() throws {
        let envelope = try envelope(.create(shellID: .zero, opening: [1, 2, 3]))
        let options = header(envelope, Namespace.wsman, "OptionSet")?.children ?? []
        #expect(options.map { $0.attributes["Name"] } == ["protocolversion"])
        #expect(options.first?.attributes["MustComply"] == "true")
        let shell = envelope.child(Namespace.soap, "Body")?.child(Namespace.shell, "Shell")
        #expect(shell?.child(Namespace.powerShell, "creationXml")?.text == "AQID")
        #expect(shell?.child(Namespace.shell, "IdleTimeOut")?.text == "PT300.000S")
    }

    @Test
    func `whatever is sent fits the shortest envelope that WinRM can be set to`() throws {
        let long = WSManEndpoint(
            url: "https://" + String(repeating: "f", count: WSManRedirections.lengthMax - 8),
            configurationName: String(repeating: "&", count: 100),
            tls: TLSOptions(trust: .system),
            authentication: .none
        )
        let fragment = [UInt8](repeating: 0xFF, count: EnvelopeLength.fragment)
        let shell = String(repeating: "S", count: 80)
        for request in [
            WSManRequest.command(.zero, fragment: fragment, shell: shell),
            .send(fragment, on: "stdin", command: .zero, shell: shell),
        ] {
            let bytes = request.envelope(to: long, messageID: .zero, sessionID: .zero)
            #expect(bytes.count <= EnvelopeLength.shortest)
            #expect(bytes.count > EnvelopeLength.shortest - 4_500)
        }
    }

    @Test
    func `longer answers are asked for of servers that give them`() throws {
        #expect(EnvelopeLength.answer(nil) == 153_600)
        #expect(EnvelopeLength.answer(ProtocolVersion(2, 1)) == 153_600)
        #expect(EnvelopeLength.answer(ProtocolVersion(2, 2)) == 512_000)
        let asked = try SOAPNode.parse(
            WSManRequest.receive(command: nil, shell: "S", wait: .seconds(1)).envelope(
                to: endpoint,
                messageID: .zero,
                sessionID: .zero,
                answerLengthMax: 512_000
            )
        )
        #expect(header(asked, Namespace.wsman, "MaxEnvelopeSize")?.wholeText == "512000")
    }

    @Test
    func `Identify goes without a header, and its answer is read`() throws {
        let question = try envelope(.identify())
        #expect(question.child(Namespace.soap, "Header")?.children.isEmpty == true)
        let body = question.child(Namespace.soap, "Body")
        #expect(body?.child(Namespace.identity, "Identify") != nil)
        func identity(_ inside: String) throws -> WSManIdentity? {
            WSManIdentity(
                body: try SOAPNode.parse(
                    Array("<b xmlns:i='\(Namespace.identity)'>\(inside)</b>".utf8)
                )
            )
        }
        let full = try identity(
            "<i:IdentifyResponse><i:ProductVendor>V</i:ProductVendor>"
                + "<i:ProductVersion>OS: 1</i:ProductVersion></i:IdentifyResponse>"
        )
        #expect(full?.product == "V, OS: 1")
        #expect(try identity("<i:IdentifyResponse/>")?.product == "")
        #expect(try identity("") == nil)
    }

    private func fault(_ code: String, _ subcode: String, _ message: String) throws -> WSManFault {
        let node = try SOAPNode.parse(
            Array(
                """
                <x:Body xmlns:x="\(Namespace.soap)"><x:Fault><x:Code><x:Value>x:Sender</x:Value>\
                <x:Subcode><x:Value>w:\(subcode)</x:Value></x:Subcode></x:Code><x:Reason>\
                <x:Text xml:lang="en-US">The reason.</x:Text></x:Reason><x:Detail>\
                <f:WSManFault xmlns:f="\(Namespace.fault)" Code="\(code)" Machine="h">\
                <f:Message>\(message)</f:Message></f:WSManFault></x:Detail></x:Fault></x:Body>
                """.utf8
            )
        )
        return try #require(WSManFault(body: node))
    }

    @Test
    func `a fault is read with its code, subcode and innermost message`() throws {
        let nested = """
            <f:ProviderFault provider="p" path="q"><f:WSManFault Code="5" Machine="h">\
            <f:Message> Access is\n denied. </f:Message></f:WSManFault></f:ProviderFault>
            """
        let fault = try fault("2150858843", "InvalidSelectors", nested)
        #expect(fault.code == WSManFault.gone)
        #expect(fault.subcode == "InvalidSelectors")
        #expect(fault.text == "Access is denied.")
        #expect(fault.isGone && !fault.isTimeOut)
    }

    @Test(arguments: [
        ("5", "InternalError", FaultMeaning.accessDenied, "does not let us in"),
        ("2147942405", "InternalError", .accessDenied, "does not let us in"),
        ("-2147024891", "InternalError", .accessDenied, "does not let us in"),
        ("1", "AccessDenied", .accessDenied, "allow this account on the session configuration 'C'"),
        ("2150858843", "InvalidSelectors", .gone, "the remote session is gone"),
        ("2150859082", "X", .gone, "the remote session is gone"),
        ("2150858793", "TimedOut", .timedOut, "did not finish in time"),
        ("2150858752", "DestinationUnreachable", .noConfiguration, "no session configuration 'C'"),
        ("2150859173", "QuotaLimit", .quota, "a limit of WinRM is reached"),
        ("2150859240", "X", .quota, "a limit of WinRM is reached"),
        ("none", "QuotaLimit", .quota, "a limit of WinRM is reached"),
        ("2150859180", "X", .notAllowed, "Enable-PSRemoting"),
        ("2150859261", "X", .runAsFailed, "Test-ADServiceAccount"),
        ("2150858825", "X", .tooLong, "raise MaxEnvelopeSizekb"),
        ("none", "EncodingLimit", .tooLong, "raise MaxEnvelopeSizekb"),
        ("995", "InternalError", .ending, "or the server is shutting down"),
        ("2147944126", "InternalError", .ending, "or the server is shutting down"),
        ("2150858883", "InternalError", .cannotStart, "check the session configuration 'C'"),
        ("2150859161", "X", .elsewhere, "find out the right URL"),
        ("87", "InvalidParameter", .other, "the server says: Words."),
        ("none", "Other", .other, "the server says: Words."),
    ])
    func `faults are explained in plain words`(
        code: String,
        subcode: String,
        meaning: FaultMeaning,
        words: String
    ) throws {
        let fault = try fault(code, subcode, "Words.")
        #expect(fault.meaning == meaning)
        let explanation = fault.explanation(configurationName: "C")
        #expect(explanation.contains(words) && explanation.contains("the server says: Words."))
        #expect(explanation.hasSuffix(")") == (UInt32(code) != nil || code.hasPrefix("-")))
    }

    @Test
    func `every meaning but one has words of its own`() {
        let words = FaultMeaning.allCases.map { $0.explanation(configurationName: "C") }
        #expect(words.count(where: { $0 == nil }) == 1)
        #expect(Set(words).count == FaultMeaning.allCases.count)
    }

    @Test
    func `a fault without detail gives its reason`() throws {
        let fault = try fault("87", "X", "")
        #expect(fault.text == "The reason.")
    }

    @Test
    func `namespaces are resolved by scope, not by prefix`() throws {
        let node = try SOAPNode.parse(
            Array(
                "<a xmlns='u' xmlns:p='v'><p:b xmlns:p='w'><p:c/></p:b><p:d k='1'/><e xmlns=''/></a>"
                    .utf8
            )
        )
        #expect(node.namespace == "u")
        #expect(node.child("w", "b")?.child("w", "c") != nil)
        #expect(node.child("v", "d")?.attributes == ["k": "1"])
        #expect(node.child("", "e") != nil)
        #expect(throws: PSRPError.self) { try SOAPNode.parse(Array("<p:a/>".utf8)) }
    }
}

@Suite("Commands and results")
struct ManagementResultTests {
    @Test
    func `a command becomes a name from the list with values`() {
        let command = PipelineCommand(
            PowerShellCommand(
                .stopWindowsService,
                [
                    .init(.name, .strings(["A", "B"])), .init(.confirm, .bool(false)),
                    .init(.identity, .string("x")),
                ]
            )
        )
        let expected = PipelineCommand("Stop-CsWindowsService").with("Name", .array(["A", "B"]))
            .with("Confirm", false).with("Identity", "x")
        #expect(command == expected)
    }

    @Test(
        arguments: [
            (.null, .null),
            (.string("a"), .string("a")),
            (.boolean(true), .bool(true)),
            (.int32(-5), .integer(-5)),
            (.uint64(.max), .string("18446744073709551615")),
            (.double(1.5), .string("1.5")),
            (.version(ProtocolVersion(6, 0)), .string("6.0")),
            (
                .dateTime(.init(ticks: 600_000_000_000, zone: .offset(minutes: 60))),
                .ticks(564_000_000_000)
            ),
            (.dateTime(.init(ticks: 7, zone: .unspecified)), .ticks(7)),
            (.enumeration("ServiceStatus", 4, name: "Running"), .string("Running")),
            (.array(["a", .null]), .list([.string("a"), .null])),
            (
                .object(CLIXMLObject(typeNames: ["T"], displayText: "Site:Redmond")),
                .string("Site:Redmond")
            ),
            (
                .object(
                    CLIXMLObject(content: .primitive("s"), extendedProperties: [.init("n", "v")])
                ),
                .string("s")
            ),
            (.hashtable([]), .null),
            (.bytes([1]), .string("AQ==")),
        ] as [(CLIXMLValue, ManagementValue)]
    )
    func `values are reduced to what the runbooks read`(
        value: CLIXMLValue,
        expected: ManagementValue
    ) {
        #expect(ManagementValue(value) == expected)
    }

    @Test
    func `an object gives its properties, added ones last, and a bare value gives Value`() {
        let object = ManagementObject(
            .object(
                CLIXMLObject(
                    adaptedProperties: [.init("Name", "own"), .init("Size", .int32(1))],
                    extendedProperties: [.init("name", "added")]
                )
            )
        )
        #expect(object["NAME"] == .string("added"))
        #expect(object["size"] == .integer(1))
        #expect(ManagementObject("text")["Value"] == .string("text"))
    }
}

@Suite("Failures of requests, and what they mean for the command")
struct FailureMeaningTests {
    private func failure(
        _ kind: WSManFailure.Kind,
        _ stage: CommandRun.Stage,
        carriedOut: Bool = true
    ) -> ManagementFailure {
        ManagementFailure(
            WSManFailure(kind, "why", mayHaveBeenCarriedOut: carriedOut),
            during: stage
        )
    }

    private func fault(_ code: UInt32) throws -> WSManFailure.Kind {
        let text = """
            <s:Body xmlns:s="\(Namespace.soap)"><s:Fault><s:Detail>\
            <f:WSManFault xmlns:f="\(Namespace.fault)" Code="\(code)"/></s:Detail></s:Fault></s:Body>
            """
        return .fault(try #require(WSManFault(body: try SOAPNode.parse(Array(text.utf8)))))
    }

    @Test
    func `before the command is whole at the server, nothing was done`() throws {
        let kinds: [(WSManFailure.Kind, ManagementFailure.Code)] = [
            (.unreachable, .unreachable), (.lost, .unreachable), (.timeout, .timeout),
            (.cancelled, .cancelled), (.accessDenied, .accessDenied),
            (.notUnderstood, .protocolFault), (.redirected(to: nil), .protocolFault),
            (try fault(5), .accessDenied),
            (try fault(995), .unreachable), (try fault(WSManFault.timedOut), .timeout),
            (try fault(WSManFault.gone), .protocolFault), (try fault(87), .protocolFault),
        ]
        for (kind, code) in kinds {
            let failure = failure(kind, .preparing)
            #expect(failure.code == code && !failure.mayHaveActed, "\(kind)")
        }
    }

    @Test
    func `once the server took it, every failure leaves it open`() throws {
        let kinds: [(WSManFailure.Kind, ManagementFailure.Code)] = [
            (.unreachable, .answerLost), (.lost, .answerLost), (.timeout, .timeout),
            (.cancelled, .cancelled), (.accessDenied, .accessDenied),
            (.notUnderstood, .protocolFault), (try fault(WSManFault.gone), .answerLost),
            (try fault(995), .answerLost),
            (try fault(87), .protocolFault),
        ]
        for (kind, code) in kinds {
            let failure = failure(kind, .running, carriedOut: false)
            #expect(failure.code == code && failure.mayHaveActed, "\(kind)")
        }
    }

    @Test(arguments: [false, true])
    func `while it is on its way, the request decides`(carriedOut: Bool) {
        let lost = failure(.lost, .commanding, carriedOut: carriedOut)
        #expect(lost.mayHaveActed == carriedOut)
        #expect(lost.code == (carriedOut ? .answerLost : .unreachable))
    }

    @Test(arguments: [
        (HTTPFailure.Code.timeout, WSManFailure.Kind.timeout), (.cancelled, .cancelled),
        (.connectionLost, .lost), (.tooLarge, .lost), (.couldNotConnect, .unreachable),
        (.tlsExpired, .unreachable), (.authenticationFailed, .accessDenied),
    ])
    func `failures of HTTP keep whether the request may have arrived`(
        code: HTTPFailure.Code,
        kind: WSManFailure.Kind
    ) {
        for arrived in [false, true] {
            let failure = WSManFailure(
                HTTPFailure(code: code, message: "m", requestMayHaveBeenReceived: arrived)
            )
            #expect(failure.kind == kind)
            #expect(failure.mayHaveBeenCarriedOut == arrived)
        }
    }
}
