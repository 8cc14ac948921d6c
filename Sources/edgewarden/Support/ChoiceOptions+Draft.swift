import Configuring
import FailoverCore

/// What the options become.
extension ChoiceOptions {
    /// Options that others need and that are not there, a sentence each.
    var missing: [String] {
        var missing: [String] = []
        func need(_ option: String, _ isThere: Bool, for what: String) {
            if !isThere { missing.append("\(what) needs \(option)") }
        }
        if mode != .observe { need("--edge-user", edgeUser != nil, for: "--mode \(mode)") }
        if edgeAuthentication == .ssh {
            let what = "--edge-authentication ssh"
            need("--edge-user", edgeUser != nil || mode != .observe, for: what)
            need("--edge-key-file", edgeKeyFile != nil, for: what)
            need("--edge-known-hosts-file", edgeKnownHostsFile != nil, for: what)
        }
        if dns == .powershell {
            need("--dns-host", dnsHost != nil, for: "--dns powershell")
            if dnsAuthentication != .negotiate {
                let what = "--dns-authentication \(dnsAuthentication)"
                need("--dns-user", dnsUser != nil, for: what)
            }
        }
        if dns == .exec { need("--dns-command", dnsCommand != nil, for: "--dns exec") }
        if alerts == .exec { need("--alert-command", alertCommand != nil, for: "--alerts exec") }
        if alerts == .mail {
            need("--mail-server", mailServer != nil, for: "--alerts mail")
            need("--mail-from", mailFrom != nil, for: "--alerts mail")
            need("--mail-to", !mailTo.isEmpty, for: "--alerts mail")
        }
        return missing
    }

    /// Puts the choices in; of what is missing, nothing.
    ///
    /// - Parameters:
    ///   - choices: what the options become.
    ///   - logon: how the first Front End is logged on to.
    func apply(to choices: inout DraftChoices, with logon: LogonOptions) {
        choices.command = "edgewarden init"
        choices.site = site.map(SiteName.init)
        choices.mode = RouteMode(rawValue: mode.rawValue) ?? .observe
        choices.otherFrontEnds = otherFrontEnd.map { logon.frontEnd(FrontEndText.address($0)) }
        choices.edges = edges(logon.caFile)
        choices.provider = provider(logon.caFile)
        choices.alert = alert
    }

    private func edges(_ caFile: String?) -> EdgeText? {
        guard let edgeUser else { return nil }
        guard edgeAuthentication != .ssh else {
            return .ssh(
                user: edgeUser,
                keyFile: edgeKeyFile ?? "",
                knownHostsFile: edgeKnownHostsFile ?? ""
            )
        }
        return .winRM(
            authentication: edgeAuthentication.rawValue,
            user: edgeUser,
            password: edgePassword,
            caFile: caFile
        )
    }

    private func provider(_ caFile: String?) -> ProviderText {
        switch dns {
        case .manual: return .manual
        case .rfc2136:
            return .rfc2136(
                server: dnsServer,
                keyName: dnsKeyName,
                algorithm: dnsAlgorithm,
                secret: secretForDNS
            )
        case .powershell:
            let takesPassword = dnsAuthentication != .negotiate
            return .powershell(
                FrontEndText(
                    url: FrontEndText.address(dnsHost ?? ""),
                    authentication: dnsAuthentication.rawValue,
                    user: takesPassword ? dnsUser : nil,
                    password: takesPassword ? secretForDNS : nil,
                    caFile: caFile
                )
            )
        case .exec: return .exec(command: AnswerKind.words(dnsCommand ?? ""))
        }
    }

    /// The secret for DNS that was named, or that has its usual name.
    var secretForDNS: String { dnsSecret ?? dns.secretName ?? "" }

    private var alert: AlertText? {
        switch alerts {
        case .journal: return .journal
        case .exec: return .exec(command: AnswerKind.words(alertCommand ?? ""))
        case .mail: return .mail(server: mailServer ?? "", from: mailFrom ?? "", to: mailTo)
        case .slack, .teams, .pagerduty, .webhook:
            guard let kind = AlertText.Receiver(rawValue: alerts.rawValue) else { return nil }
            return .receiver(kind: kind, secret: alertSecret ?? alerts.secretName ?? "")
        case .none: return nil
        }
    }
}
