import FailoverCore

/// A route as written: section `routes`.
struct RouteDraft {
    var name: Located<String>?
    var kind: RouteKind?
    var home: Located<FQDN>?
    var standby: [Located<FQDN>]
    /// Whether standby pools are written, right or wrong.
    var hasStandby: Bool
    var mode: Located<RouteMode>
    var federationFlag: FederationFlag?
    var setup: Located<ComponentSetup>
    var setupBy: Located<SetupBy>
    var fence: Located<Fence>
    /// Nil when the policy's holds.
    var confirmFor: Located<Duration>?
    /// Nil when the policy's holds.
    var onTimeout: OnTimeout?
    var dnsStyle: Located<DNSStyle>
    var ttlWhileFailedOver: Located<Duration>
    var edgeServices: EdgeServices?
    var failbackMode: Located<RouteMode>
    var stableFor: Located<Duration>
    var unfencedSoak: Duration
    var failbackWindow: WeeklyWindow?
    var position: Position

    /// How the route is called in messages.
    var title: String { name.map { "route '\($0.value)'" } ?? "this route" }

    init(_ fields: inout FieldReader) {
        position = fields.position
        name = fields.required("name", .name)
        kind = fields.required("kind", .choice())?.value
        home = fields.required("home", .fqdn)
        standby = fields.list("standby", of: .fqdn) ?? []
        hasStandby = !fields.isEmpty("standby")
        // A mode that cannot be read is no reason to demand what acting would need.
        mode =
            fields.optional("mode", .choice())
            ?? Located(value: fields.has("mode") ? .observe : .approve, position: position)
        let usualSetup: ComponentSetup = kind == .media ? .never : .whenListenerMissing
        setup =
            fields.optional("setup", .choice()) ?? Located(value: usualSetup, position: position)
        setupBy =
            fields.optional("setup_by", .choice()) ?? Located(value: .person, position: position)
        fence = fields.optional("fence", .choice()) ?? Located(value: .off, position: position)
        confirmFor = fields.optional("confirm_for", PolicyDraft.confirmation)
        onTimeout = fields.optional("on_timeout", .choice())?.value
        // Media finds its pool by associations, not by DNS.
        let usualStyle: DNSStyle = kind == .media ? .none : .address
        (dnsStyle, ttlWhileFailedOver) = fields.group("dns") { dns in
            let style: Located<DNSStyle>? = dns.optional("style", .choice())
            let ttl = dns.optional("ttl_while_failed_over", .timeToLive)
            dns.finish()
            return (
                style ?? Located(value: usualStyle, position: dns.position),
                ttl ?? Located(value: .seconds(300), position: dns.position)
            )
        }
        edgeServices = fields.optional("edge_services", .choice())?.value
        (failbackMode, stableFor, unfencedSoak, failbackWindow) = fields.group("failback") {
            failback in
            let mode: Located<RouteMode>? = failback.optional("mode", .choice())
            let stable = failback.optional("stable_for", .duration(.seconds(1)...(.hours(24 * 7))))
            let soak = failback.value(
                "unfenced_soak",
                .duration(.zero...(.hours(24))),
                default: .seconds(300)
            )
            let window = failback.optional("window", .window)?.value
            failback.finish()
            return (
                mode ?? Located(value: .approve, position: failback.position),
                stable ?? Located(value: .seconds(1_800), position: failback.position),
                soak,
                window
            )
        }
        federationFlag = RouteDraft.flag(&fields, kind: kind)
        refuseForeignKeys(fields)
        fields.finish()
    }

    /// Reads the flag, which has no default: the choice is the organisation's.
    private static func flag(_ fields: inout FieldReader, kind: RouteKind?) -> FederationFlag? {
        let isWritten = fields.has("federation_flag")
        if kind == .sip, !isWritten {
            fields.findings.error(
                .missing,
                at: fields.position,
                "'federation_flag' is missing in this SIP route; it has no default because it is "
                    + "your choice: pre_staged (both Edge pools have federation enabled on port "
                    + "5061 all the time, and publishing warns of two federated pools), or "
                    + "strict_single (one pool at a time: in each failover and failback a person "
                    + "moves the checkbox in Topology Builder while the run waits)"
            )
        }
        let flag: FederationFlag? = fields.optional("federation_flag", .choice())?.value
        return isWritten ? flag : .preStaged
    }

    /// Reports keys that belong to other kinds of routes.
    private func refuseForeignKeys(_ fields: FieldReader) {
        let foreign: [String]
        switch kind {
        case .sip: foreign = ["edge_services"]
        case .xmpp: foreign = ["federation_flag", "setup", "setup_by", "fence"]
        case .media:
            foreign = ["federation_flag", "setup", "setup_by", "fence", "dns", "edge_services"]
        case nil: foreign = []
        }
        for key in foreign where fields.has(key) {
            fields.findings.error(
                .impossible,
                at: fields.position(of: key),
                "'\(key)' has no meaning in a route of kind \(kind?.rawValue ?? ""); remove it"
            )
        }
    }
}

extension ScalarKind where Value == Duration {
    /// A DNS time to live: whole seconds from one second to a day.
    fileprivate static let timeToLive = ScalarKind(duration(.zero...(.hours(1))).expectation) {
        text in
        duration(.seconds(1)...(.hours(24))).read(text).flatMap { ttl in
            ttl.wholeMilliseconds % 1_000 == 0
                ? .success(ttl)
                : .failure(.impossible("'\(text.key)' must be whole seconds: DNS knows no less"))
        }
    }
}

extension Duration {
    /// So many hours.
    static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }
}
