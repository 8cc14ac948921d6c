@testable import PSRP

/// libFuzzer's entry: the first byte of an input says what the rest is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let problem =
        input[0] % 8 == 5 ? SOAPChecks.violation(input.dropFirst()) : FuzzChecks.violation(input)
    precondition(problem == nil, problem ?? "")
    return 0
}

/// What must hold for an answer over HTTP, whatever its bytes.
enum SOAPChecks {
    static func violation(_ bytes: some Collection<UInt8>) -> String? {
        // A refusal is an answer; what counts is that nothing crashes.
        guard let node = try? SOAPNode.parse(Array(bytes)) else { return nil }
        _ = node.wholeText
        let body = node.child(Namespace.soap, "Body") ?? node
        if let fault = WSManFault(body: body) {
            let text = fault.explanation(configurationName: "Microsoft.PowerShell")
            guard !text.isEmpty, fault.text.count <= 1_000 else { return "a fault without bounds" }
        }
        let response = body.child(Namespace.shell, "ReceiveResponse")
        for stream in response?.children(Namespace.shell, "Stream") ?? [] {
            guard let bytes = try? Base64.decode(stream.text) else { continue }
            if let problem = FuzzChecks.fragments(bytes) { return problem }
        }
        return nil
    }
}
