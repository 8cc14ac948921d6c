import Subprograms

/// What `ssh` says when it ends, in plain words.
enum SSHWords {
    /// The failure of an `ssh` that ended with these last words, which are what came before
    /// PowerShell's answer and the last of its standard error.
    static func failure(
        _ ending: Conversation.Ending,
        words: [UInt8],
        hasOpened: Bool,
        at endpoint: SSHEndpoint
    ) -> SSHFailure {
        if case .notStarted(let why) = ending {
            return SSHFailure(.unreachable, "\(endpoint.program) cannot be started: \(why)")
        }
        let text = printable(words)
        let said = text.isEmpty ? "it said nothing" : "it said: \(text)"
        if !hasOpened {
            for (sign, kind, meaning) in signs(endpoint) where text.contains(sign) {
                return SSHFailure(kind, "\(meaning) (ssh: \(text))")
            }
            if ending == .exited(127) || hasNoPowerShell(text) {
                return SSHFailure(
                    .cannotStart,
                    "the server has no powershell.exe in the path of \(endpoint.user) (\(said))"
                )
            }
        }
        let what = hasOpened ? "the session over ssh ended" : "ssh ended before PowerShell answered"
        return SSHFailure(.lost, "\(what) with \(phrase(ending)); \(said)")
    }

    private static func hasNoPowerShell(_ text: String) -> Bool {
        text.contains("powershell")
            && ["not recognized", "not found", "No such file"].contains { text.contains($0) }
    }

    /// What is looked for, in this order, and what it means.
    private static func signs(
        _ endpoint: SSHEndpoint
    ) -> [(sign: String, kind: SSHFailure.Kind, meaning: String)] {
        let known = endpoint.knownHostsFile
        return [
            (
                "REMOTE HOST IDENTIFICATION HAS CHANGED", .unreachable,
                "the server shows another host key than \(known) has: find out why before you "
                    + "change the file, for it may be another computer"
            ),
            (
                "revoked", .unreachable, "the server's host key is revoked in \(known)"
            ),
            (
                "Host key verification failed", .unreachable,
                "the server's host key is not in \(known): add it (ssh-keyscan -p "
                    + "\(endpoint.port) \(endpoint.host)) after comparing it with the server's own"
            ),
            (
                "UNPROTECTED PRIVATE KEY FILE", .accessDenied,
                "others can read the key \(endpoint.keyFile), so it is not used: chmod 600"
            ),
            (
                "Permission denied", .accessDenied,
                "the server does not let \(endpoint.user) in with the key \(endpoint.keyFile)"
            ),
            (
                "Too many authentication failures", .accessDenied,
                "the server does not let \(endpoint.user) in with the key \(endpoint.keyFile)"
            ),
            ("Could not resolve hostname", .unreachable, "the name \(endpoint.host) is not known"),
            (
                "Connection refused", .unreachable,
                "nothing listens on port \(endpoint.port) of \(endpoint.host)"
            ),
            ("timed out", .unreachable, "\(endpoint.host) does not answer"),
            ("No route to host", .unreachable, "there is no way to \(endpoint.host)"),
            ("Network is unreachable", .unreachable, "there is no way to \(endpoint.host)"),
            (
                "Unable to negotiate", .unreachable,
                "ssh and the server have no algorithm in common"
            ),
        ]
    }

    private static func phrase(_ ending: Conversation.Ending) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .lost(let why), .notStarted(let why): why
        }
    }

    /// The last of the words on one line, without what could disturb a terminal.
    private static func printable(_ words: [UInt8]) -> String {
        let kept = words.map { (0x20..<0x7F).contains($0) ? $0 : 0x20 }
        let text = String(decoding: kept, as: UTF8.self)
        return text.split(separator: " ").joined(separator: " ")
    }
}
