@testable import PSRP

/// What must hold for any bytes: nothing crashes, and what is read and written reads the same.
///
/// The fuzzer (`Fuzzing/`) and the tests share it.
enum FuzzChecks {
    /// Smaller than the defaults, so that a fuzzer spends its time on shapes, not on sizes.
    private static let limits = CLIXMLLimits(
        xml: XMLLimits(maximumBytes: 1 << 20),
        maximumValues: 20_000,
        maximumTextBytes: 1 << 20
    )
    /// What was read may take more room when written: escapes, and references spelt out.
    private static let generous = CLIXMLLimits(
        xml: XMLLimits(maximumBytes: 256 << 20),
        maximumValues: 20_000,
        maximumTextBytes: 16 << 20
    )

    /// Checks an input by its first byte, which says what the rest is.
    ///
    /// - Returns: What does not hold; nil when all does.
    static func violation(_ input: some Collection<UInt8>) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        return switch kind % 8 {
        case 0: fragments(rest)
        case 1: clixml(rest)
        case 2: message(rest)
        case 3: pool(rest)
        case 4: values(rest)
        default: lines(rest)
        }
    }

    /// A channel's bytes give the same in one piece and in many.
    static func fragments(_ bytes: [UInt8]) -> String? {
        let limits = FragmentDecoder.Limits(
            maximumMessageLength: 1 << 16,
            maximumFragmentLength: 1 << 15,
            maximumOpenMessages: 4
        )
        var whole = FragmentDecoder(limits: limits)
        let expected = Result { try whole.receive(bytes) }
        var pieces = FragmentDecoder(limits: limits)
        let length = 1 + Int(bytes.first ?? 0) % 64
        var messages: [[UInt8]] = []
        let error: PSRPError?
        do throws(PSRPError) {
            for start in stride(from: 0, to: bytes.count, by: length) {
                messages += try pieces.receive(bytes[start..<min(start + length, bytes.count)])
            }
            error = nil
        } catch let caught {
            error = caught
        }
        switch expected {
        case .success(let all):
            guard error == nil, messages == all else { return "pieces give something else" }
        case .failure(let failure):
            guard let failure = failure as? PSRPError, failure.code == error?.code else {
                return "pieces fail otherwise: \(String(describing: error))"
            }
            let again = Result { try whole.receive([]) }
            guard case .failure = again else { return "a lost place is found again" }
        }
        for bytes in messages {
            var encoder = FragmentEncoder()
            var decoder = FragmentDecoder()
            let cut = encoder.encode(bytes, maximumLength: 22 + length)
            guard (try? decoder.receive(cut.joined())) == [bytes] else { return "cutting loses" }
            if let problem = message(bytes) { return problem }
        }
        return nil
    }

    /// A message that is read is written as it was, and its content reads back.
    static func message(_ bytes: [UInt8]) -> String? {
        // A refusal is an answer; what counts is that nothing crashes.
        guard let message = try? PSRPMessage(decoding: bytes) else { return nil }
        guard message.encode() == bytes else { return "a message is written otherwise" }
        if let problem = clixml(message.body) { return problem }
        guard let content = try? message.content(limits: limits) else { return nil }
        return written(content).flatMap { value in
            let again = PSRPMessage(
                to: message.destination,
                message.type,
                runspacePoolID: message.runspacePoolID,
                pipelineID: message.pipelineID,
                body: value.clixml()
            )
            guard let read = try? again.content(limits: generous), let value = written(read) else {
                return "what \(message.type) says cannot be read again"
            }
            return value.clixml() == again.body ? nil : "\(message.type) reads otherwise"
        }
    }

    /// The body of a message that a client could send.
    private static func written(_ content: MessageContent) -> CLIXMLValue? {
        switch content {
        case .sessionCapability(let capability): capability.value
        case .initRunspacePool(let request): request.value
        case .createPipeline(let request): request.value(for: ProtocolVersion(2, 3))
        case .runspaceRequest(let request, let call): request.value(call: call)
        case .connectRunspacePool(let sizes?), .runspacePoolInitData(let sizes): sizes.value
        case .commandMetadataRequest(let request): request.value
        case .hostResponse(let response): response.value
        default: nil
        }
    }

    /// A value that is read is written so that it reads the same.
    static func clixml(_ bytes: [UInt8]) -> String? {
        guard let value = try? CLIXMLValue(clixml: bytes, limits: limits) else { return nil }
        let written = value.clixml()
        // Bytes are compared, because NaN is not equal to itself.
        guard let again = try? CLIXMLValue(clixml: written, limits: generous) else {
            return "what was written cannot be read: \(String(decoding: written, as: UTF8.self))"
        }
        guard again.clixml() == written else { return "a value reads otherwise" }
        _ = value.displayText
        _ = value.hashValue
        return value == value || String(decoding: written, as: UTF8.self).contains("NaN")
            ? nil : "a value is not itself"
    }
}
