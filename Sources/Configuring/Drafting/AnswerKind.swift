import Foundation

/// What a typed answer has to be, judged as the configuration's readers judge it.
public enum AnswerKind: Sendable, Hashable, CaseIterable {
    /// An account, or another text in one line.
    case text
    /// The agent's name.
    case agentName
    /// The path of a file.
    case path
    /// The path of a file, of characters to which ssh gives no meaning.
    case plainPath
    /// A path, then arguments, apart by blanks.
    case command
    /// An address with an optional port.
    case nameServer
    /// The name of a TSIG key.
    case keyName
    /// A TSIG key in Base64.
    case key
    /// A mail server with an optional port.
    case mailServer
    /// An address of a mailbox.
    case mailAddress
    /// Addresses of mailboxes, apart by blanks or commas.
    case mailAddresses
    /// The address of a receiver over HTTP; never shown.
    case secretURL
    /// A key without blanks; never shown.
    case secretText

    /// What is wrong with an answer, in a sentence; nil for a good one.
    public func problem(with text: String) -> String? {
        switch self {
        case .text: refused(text, .text)
        case .agentName: refused(text, .name)
        case .path: refused(text, ScalarKind<String>.path)
        case .plainPath: refused(text, .plainPath)
        case .command:
            refused(AnswerKind.words(text).first ?? "", ScalarKind<String>.path)
        case .nameServer: refused(text, .dnsServer)
        case .keyName: refused(text, .keyName)
        case .key:
            (Data(base64Encoded: text)?.isEmpty ?? true)
                ? "That is no key in Base64: copy what stands between the quotes of the key's "
                    + "'secret' line, as tsig-keygen printed it." : nil
        case .mailServer: refused(text, .hostAndPort(default: 587))
        case .mailAddress: refused(text, .mailAddress)
        case .mailAddresses:
            AnswerKind.addresses(text).isEmpty
                ? refused(text, .mailAddress)
                : AnswerKind.addresses(text).lazy.compactMap { refused($0, .mailAddress) }.first
        case .secretURL: ServiceURL.problem(text).map { "The address \($0)." }
        case .secretText:
            text.isEmpty || text.contains(where: \.isWhitespace)
                ? "That is empty, or has blanks in it." : nil
        }
    }

    /// The same for an answer that nobody may see.
    public func problem(withSecret text: String) -> String? {
        guard let problem = problem(with: text) else { return nil }
        return problem.contains(text) ? "It cannot be used." : problem
    }

    /// The words of a command, apart by blanks.
    public static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// The addresses of an answer, apart by blanks or commas.
    public static func addresses(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == "," }.map(String.init)
    }

    private func refused<Value>(_ text: String, _ kind: ScalarKind<Value>) -> String? {
        guard case .failure(let refusal) = kind.read(.init(text)) else { return nil }
        return refusal.message ?? "It must be \(kind.expectation), not '\(Printable.short(text))'."
    }
}
