import FailoverCore

extension EndpointFinding {
    /// The same as a connection, with what to do when it does not work.
    ///
    /// - Parameter secretCommand: the command that writes the endpoint's password anew; nil where
    ///   it has none.
    /// - Returns: the finding; Front Ends are needed to watch, all else to act.
    public func connection(secretCommand: String?) -> ConnectionFinding {
        ConnectionFinding(
            "\(place), \(address)",
            isWell ? .well : .missing,
            details,
            for: kind == .frontEnd && failure != nil ? .watch : .act,
            remedy: remedy(secretCommand)
        )
    }

    private var details: [String] {
        if let failure { return [failure] }
        var words = report?.account.map { "sees us as \($0)" } ?? "does not say as whom it sees us"
        if let name = report?.configurationName { words += ", in \(name)" }
        if let version = report?.powerShell { words += "; PowerShell \(version)" }
        return [words] + missing.map { "\($0) is not there, or not allowed to us" }
    }

    private func remedy(_ secretCommand: String?) -> Remedy? {
        switch failureCode {
        case nil where missing.isEmpty: return nil
        case nil:
            let rights =
                kind == .frontEnd
                ? "the account needs RTCUniversalServerAdmins, or the endpoint of the kit"
                : "the account needs the endpoint of the kit, or an administrator's rights"
            return Remedy("\(rights): \(EndpointFinding.guide), section 1")
        case .accessDenied:
            return Remedy(
                "see to account and password (\(EndpointFinding.guide), section 1)"
                    + (secretCommand == nil ? "" : "; to write the password anew:"),
                command: secretCommand
            )
        case .unreachable, .timeout, .answerLost, .cancelled, .notConfigured:
            return Remedy(
                "the server must listen for WinRM over HTTPS and let this machine in, with a "
                    + "certificate that ca_file trusts (\(EndpointFinding.guide), sections 2 and 3);"
                    + " every detail:",
                command: probeCommand
            )
        case .protocolFault:
            return Remedy("the session configuration may be wrong: \(EndpointFinding.guide)")
        }
    }

    private static let guide = "docs/windows.md"

    /// `edgewarden probe tls fe11.contoso.net:5986` for an https URL.
    private var probeCommand: String? {
        let scheme = "https://"
        guard address.hasPrefix(scheme) else { return nil }
        let rest = address.dropFirst(scheme.count).prefix { $0 != "/" }
        return "edgewarden probe tls \(rest)"
    }
}
