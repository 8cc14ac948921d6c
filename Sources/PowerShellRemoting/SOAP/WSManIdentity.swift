/// The answer to Identify (DSP0226): who is there.
struct WSManIdentity: Sendable, Hashable {
    /// Such as `Microsoft Corporation`.
    let vendor: String
    /// Such as `OS: 10.0.14393 SP: 0.0 Stack: 3.0`; Windows hides its part from strangers.
    let version: String

    /// Reads an answer's body; nil when it is none.
    init?(body: SOAPNode) {
        guard let answer = body.child(Namespace.identity, "IdentifyResponse") else { return nil }
        vendor = answer.child(Namespace.identity, "ProductVendor")?.wholeText ?? ""
        version = answer.child(Namespace.identity, "ProductVersion")?.wholeText ?? ""
    }

    /// Both, as far as they are there.
    var product: String {
        [vendor, version].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
