import Configuring
import FailoverCore
import Foundation

/// How the servers are reached, and the secrets that this takes.
extension SetupInterview {
    mutating func askLogon(_ frontEnd: FrontEndText) throws(CommandFailure) {
        say()
        say(
            "ntlm and basic take an account and its password, negotiate this machine's Kerberos "
                + "ticket or keytab (docs/psrp.md), certificate a client certificate."
        )
        let isUnsaid = logon.user == nil && logon.authentication == .negotiate
        logon.authentication = try Question.option(
            "Log on by",
            default: isUnsaid ? .ntlm : logon.authentication
        )
        if logon.authentication.takesPassword {
            let user = logon.user ?? frontEnd.guessedUser
            logon.user = try Question.ask("Account", .text, default: user)
            let name = logon.password ?? LogonOptions.passwordName
            logon.password = name
            try askSecret("Its password", name, .text)
        } else {
            (logon.user, logon.password) = (nil, nil)
        }
        if logon.authentication == .certificate {
            logon.cert = try Question.file("PEM file of the certificate", default: logon.cert)
            logon.key = try Question.file("PEM file of its key", default: logon.key)
        }
        try askAuthority()
    }

    private mutating func askAuthority() throws(CommandFailure) {
        let system = "the system's"
        let file = try Question.file(
            "PEM file of the authority behind its certificate",
            default: logon.caFile ?? system,
            besides: system
        )
        logon.caFile = file == system ? nil : file
    }

    /// Another Front End, logged on to like the first.
    mutating func askOther(
        _ frontEnd: FrontEndText,
        _ estate: DiscoveredEstate
    ) throws(CommandFailure) {
        say()
        say(
            "Another Front End, best of another site, for the day when this one is lost with its "
                + "pool; the same account is used there. More can be added to the file."
        )
        let others = estate.frontEndPools.flatMap(\.members).map(\.name)
        if !others.isEmpty { say("Front Ends: \(others.joined(separator: ", "))") }
        let likely = EstateDraft.otherFrontEnd(than: frontEnd, in: estate)?.name
        let before = choices.otherFrontEnd.first
        let answer = try Question.address(
            "Another Front End, or none",
            default: before ?? likely ?? "none",
            besides: "none"
        )
        choices.otherFrontEnd = answer == "none" ? [] : [answer] + choices.otherFrontEnd.dropFirst()
    }

    /// Asks for a secret; one that is there already may stay.
    mutating func askSecret(
        _ question: String,
        _ name: String,
        _ kind: AnswerKind
    ) throws(CommandFailure) {
        guard let name = SecretName(name) else {
            throw CommandFailure(.wrongUsage, "'\(name)' cannot be the name of a secret")
        }
        let store = SecretStore(
            directory: logon.secretsDirectory,
            environment: Surroundings.all,
            typed: secrets
        )
        // Whatever is wrong with an old one, a new one mends it.
        let isThere = (try? store.secret(name)) != nil
        while true {
            let hint = isThere ? ", Enter for the one that is there" : ""
            let secret = try Terminal.secret("\(question)\(hint)")
            let isEmpty = secret.withValue(\.isEmpty)
            if isEmpty, isThere { return }
            if let problem = isEmpty
                ? "It is empty." : secret.withValue({ kind.problem(withSecret: $0) })
            {
                say(problem)
                continue
            }
            secrets[name] = secret
            return
        }
    }
}
