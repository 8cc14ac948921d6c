/// A zone that a server of these tests serves.
struct ServedZone {
    enum Source {
        /// The zone's own text: the server is its primary.
        case text(String)
        /// A copy of what the server on this port serves.
        case copy(of: UInt16)
        /// A copy like this, whose server hands updates on to the one on this port.
        case forwardingCopy(of: UInt16)
    }

    let name: String
    let source: Source

    var file: String { "\(name).db" }

    var text: String? { if case .text(let text) = source { text } else { nil } }
}

/// The kinds of authoritative servers that the updater is tried against.
///
/// They differ in what a refusal looks like:
///
/// | | BIND 9.18 | Knot DNS 3.2 |
/// |---|---|---|
/// | key without the right to change the name or type | REFUSED, signed | NOTAUTH with BADKEY |
/// | unknown key, or another algorithm | NOTAUTH with BADKEY | the same |
/// | another secret | NOTAUTH with BADSIG | the same |
/// | clock too far away | NOTAUTH with BADTIME, signed | the same |
/// | zone that is not served | NOTAUTH, signed | NOTAUTH, unsigned |
/// | copy of a zone | REFUSED, signed | NOTAUTH with BADKEY; with the right, forwarded |
/// | frozen zone | REFUSED, signed | the same |
/// | zone that cannot be loaded | SERVFAIL, signed | the same |
/// | guard that does not hold | NXRRSET, YXRRSET, signed | the same |
/// | name outside the zone | NOTZONE, signed | the same |
enum NameServerKind: String, CaseIterable {
    case bind
    case knot

    enum Order: String {
        case freeze
        case thaw
    }

    /// Where a server of the tests lives.
    struct Place {
        let folder: String
        let port: UInt16
        let controlPort: UInt16
    }

    /// What is run for a server, with its arguments.
    func command(in place: Place) -> [String] {
        switch self {
        case .bind: ["/usr/sbin/named", "-g", "-n", "1", "-c", place.folder + "/server.conf"]
        case .knot: ["/usr/sbin/knotd", "-c", place.folder + "/server.conf"]
        }
    }

    /// What is run to give the server an order about a zone.
    func command(_ order: Order, _ zone: String, in place: Place) -> [String] {
        switch self {
        case .bind:
            ["/usr/sbin/rndc", "-c", place.folder + "/control.conf", order.rawValue, zone]
        case .knot:
            ["/usr/sbin/knotc", "-c", place.folder + "/server.conf", "zone-\(order)", zone]
        }
    }

    /// The text of the log after which the zones are served.
    func readiness(_ zones: [ServedZone]) -> String {
        let isPrimary = zones.contains { $0.text != nil }
        return switch self {
        case .bind: isPrimary ? " running\n" : "Transfer status: success"
        case .knot: isPrimary ? "server started" : ", zone updated,"
        }
    }

    /// The files of the server, by name.
    func files(_ zones: [ServedZone], in place: Place) -> [String: String] {
        switch self {
        case .bind: bindFiles(zones, in: place)
        case .knot: ["server.conf": knotConfiguration(zones, in: place)]
        }
    }

    private func bindFiles(_ zones: [ServedZone], in place: Place) -> [String: String] {
        let keys = TestKeys.all.map {
            "key \"\($0.name).\" { algorithm \($0.algorithm); secret \"\($0.secret)\"; };\n"
        }.joined()
        let grants = TestKeys.powerful.map { "grant \($0). zonesub A AAAA SRV; " }.joined()
        let statements = zones.map { zone in
            let what =
                switch zone.source {
                case .text: "type primary; update-policy { \(grants) };"
                case .copy(let port):
                    "type secondary; primaries { 127.0.0.1 port \(port); };"
                case .forwardingCopy(let port):
                    "type secondary; primaries { 127.0.0.1 port \(port); }; "
                        + "allow-update-forwarding { any; };"
                }
            return "zone \"\(zone.name)\" { file \"\(zone.file)\"; \(what) };\n"
        }.joined()
        let options = """
            options {
              directory "\(place.folder)"; pid-file "\(place.folder)/named.pid";
              session-keyfile "\(place.folder)/session.key";
              listen-on port \(place.port) { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; allow-query { any; };
              minimal-responses no; notify no; allow-transfer { 127.0.0.0/8; };
            };
            controls { inet 127.0.0.1 port \(place.controlPort) allow { 127.0.0.1; }
              keys { "edgewarden."; }; };

            """
        let control = """
            options { default-key "edgewarden."; default-server 127.0.0.1;
              default-port \(place.controlPort); };
            """
        return ["server.conf": keys + options + statements, "control.conf": keys + control]
    }

    private func knotConfiguration(_ zones: [ServedZone], in place: Place) -> String {
        let keys = TestKeys.all.map {
            """
              - id: \($0.name).
                algorithm: \($0.algorithm)
                secret: \($0.secret)

            """
        }.joined()
        let primary = zones.compactMap { zone -> UInt16? in
            switch zone.source {
            case .text: nil
            case .copy(let port), .forwardingCopy(let port): port
            }
        }.first
        let remote = primary.map {
            "remote:\n  - id: primary\n    address: 127.0.0.1@\($0)\n"
        }
        let statements = zones.map { zone in
            let what =
                switch zone.source {
                case .text: "acl: [update, copy]"
                case .copy: "master: primary"
                case .forwardingCopy: "master: primary\n    acl: update"
                }
            // Without a journal the zone is written whole, which takes no database of 500 MiB.
            return """
                  - domain: \(zone.name).
                    storage: \(place.folder)
                    file: \(zone.file)
                    journal-content: none
                    \(what)

                """
        }.joined()
        return """
            server:
              rundir: \(place.folder)
              listen: 127.0.0.1@\(place.port)
              udp-workers: 1
              tcp-workers: 1
              background-workers: 1
            log:
              - target: stderr
                any: info
            database:
              storage: \(place.folder)/databases
            key:
            \(keys)acl:
              - id: update
                key: [\(TestKeys.powerful.map { $0 + "." }.joined(separator: ", "))]
                action: update
                update-type: [A, AAAA, SRV]
              - id: copy
                address: 127.0.0.0/8
                action: transfer
            \(remote ?? "")zone:
            \(statements)
            """
    }
}
