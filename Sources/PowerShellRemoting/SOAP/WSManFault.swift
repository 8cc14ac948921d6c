/// A fault that a server answered with (MS-WSMV 2.2.4.43).
struct WSManFault: Sendable, Hashable {
    /// The number that Windows gives the fault: a WS-Management or a Win32 code.
    let code: UInt32?
    /// The subcode's local name, such as `TimedOut` or `AccessDenied`.
    let subcode: String
    /// What the server says.
    let text: String
    /// What it means to us.
    let meaning: FaultMeaning

    /// Nothing was to be had within OperationTimeout: ask again.
    static let timedOut: UInt32 = 2_150_858_793
    /// The shell or the command does not exist, or not any more.
    static let gone: UInt32 = 2_150_858_843

    var isTimeOut: Bool { meaning == .timedOut }
    var isGone: Bool { meaning == .gone }
    var isAccessDenied: Bool { meaning == .accessDenied }

    /// Reads a fault; nil when the body holds none.
    init?(body: SOAPNode) {
        guard let fault = body.child(Namespace.soap, "Fault") else { return nil }
        let detail = fault.child(Namespace.soap, "Detail")?.child(Namespace.fault, "WSManFault")
        code = detail?.attributes["Code"].flatMap(Self.number)
        let subcode =
            fault.child(Namespace.soap, "Code")?.child(Namespace.soap, "Subcode")?
            .child(Namespace.soap, "Value")?.wholeText ?? ""
        self.subcode = subcode.split(separator: ":").last.map(String.init) ?? subcode
        // The detail says more than the reason where both are there.
        let message = detail?.child(Namespace.fault, "Message")?.wholeText ?? ""
        let reason = fault.child(Namespace.soap, "Reason")?.wholeText ?? ""
        text = String((message.isEmpty ? reason : message).prefix(1_000))
        meaning = FaultMeaning(code: code, subcode: self.subcode)
    }

    /// Windows writes the code as an unsigned decimal; a provider's own may be negative.
    private static func number(_ text: String) -> UInt32? {
        UInt32(text) ?? Int32(text).map(UInt32.init(bitPattern:))
    }

    /// What it means and what to do, for a person.
    func explanation(configurationName: String) -> String {
        let number = code.map { " (WS-Management fault \($0))" } ?? ""
        let words = text.isEmpty ? "the server gave no reason" : "the server says: \(text)"
        let meaning = meaning.explanation(configurationName: configurationName)
        return (meaning.map { "\($0); \(words)" } ?? words) + number
    }
}
