/// A fault that a server answered with (MS-WSMV 2.2.4.43).
struct WSManFault: Sendable, Hashable {
    /// The number that Windows gives the fault: a WS-Management or a Win32 code.
    let code: UInt32?
    /// The subcode's local name, such as `TimedOut` or `AccessDenied`.
    let subcode: String
    /// What the server says.
    let text: String

    /// Nothing was to be had within OperationTimeout: ask again.
    static let timedOut: UInt32 = 2_150_858_793
    /// The shell or the command does not exist, or not any more.
    static let gone: UInt32 = 2_150_858_843
    /// There is no session configuration of that name.
    static let noResource: UInt32 = 2_150_858_752
    /// ERROR_ACCESS_DENIED.
    static let accessDenied: UInt32 = 5

    var isTimeOut: Bool { code == Self.timedOut }
    var isGone: Bool { code == Self.gone }
    var isAccessDenied: Bool { code == Self.accessDenied || subcode == "AccessDenied" }

    /// Reads a fault; nil when the body holds none.
    init?(body: SOAPNode) {
        guard let fault = body.child(Namespace.soap, "Fault") else { return nil }
        let detail = fault.child(Namespace.soap, "Detail")?.child(Namespace.fault, "WSManFault")
        code = detail?.attributes["Code"].flatMap { UInt32($0) }
        let subcode =
            fault.child(Namespace.soap, "Code")?.child(Namespace.soap, "Subcode")?
            .child(Namespace.soap, "Value")?.wholeText ?? ""
        self.subcode = subcode.split(separator: ":").last.map(String.init) ?? subcode
        // The detail says more than the reason where both are there.
        let message = detail?.child(Namespace.fault, "Message")?.wholeText ?? ""
        let reason = fault.child(Namespace.soap, "Reason")?.wholeText ?? ""
        text = String((message.isEmpty ? reason : message).prefix(1_000))
    }

    /// What it means and what to do, for a person.
    func explanation(configurationName: String) -> String {
        let meaning: String? =
            if isAccessDenied {
                "the server knows who we are and does not let us in; allow this account on the "
                    + "session configuration '\(configurationName)'"
            } else if isGone {
                "the remote session is gone: WinRM or the computer was restarted, or the session "
                    + "was idle too long"
            } else if isTimeOut {
                "the server did not finish in time"
            } else if code == Self.noResource {
                "there is no session configuration '\(configurationName)' on the server"
            } else if subcode == "QuotaLimit" {
                "a limit of WinRM is reached; end old sessions of this account there, or raise "
                    + "the limit"
            } else {
                nil
            }
        let number = code.map { " (WS-Management fault \($0))" } ?? ""
        let words = text.isEmpty ? "the server gave no reason" : "the server says: \(text)"
        return (meaning.map { "\($0); \(words)" } ?? words) + number
    }
}
