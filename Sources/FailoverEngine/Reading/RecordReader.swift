public import FailoverCore

/// Reads record sets at every authoritative server of their zone.
public struct RecordReader: Sendable {
    private let organisation: Organisation
    private let querying: any DNSQuerying
    /// How long one question may take; default 3 seconds.
    private let timeout: Duration

    /// Makes a reader.
    public init(
        organisation: Organisation,
        querying: any DNSQuerying,
        timeout: Duration = .seconds(3)
    ) {
        self.organisation = organisation
        self.querying = querying
        self.timeout = timeout
    }

    /// Reads one name and type at one server.
    public func read(
        _ name: FQDN,
        _ type: RecordType,
        in zone: ZoneKey,
        at server: DNSServer
    ) async -> RecordReading {
        var reading = RecordReading(zone: zone, server: server, name: name, type: type, set: nil)
        do {
            let answer = try await querying.query(name, type, at: server, timeout: timeout)
            switch answer.code {
            case .noError where !answer.isAuthoritative:
                reading.failure = "it answers without authority"
            case .noError:
                reading.set = answer.recordSet
                if case .host(let alias)? = answer.alias?.data.first { reading.alias = alias }
            case .nameError: break
            default: reading.failure = "it answered \(answer.code)"
            }
        } catch {
            reading.failure = error.message
        }
        return reading
    }

    /// Reads names and types at every authoritative server of their zones; repeated ones once.
    ///
    /// Servers are asked at the same time, so that a silent one keeps nobody waiting but itself.
    public func read(_ wanted: [(FQDN, RecordType)]) async -> [RecordReading] {
        var seen: Set<RecordReading> = []
        var due: [RecordReading] = []
        for (name, type) in wanted {
            for zone in organisation.zones(holding: name) {
                for server in zone.authoritative {
                    let key = RecordReading(
                        zone: zone.key,
                        server: server,
                        name: name,
                        type: type,
                        set: nil
                    )
                    if seen.insert(key).inserted { due.append(key) }
                }
            }
        }
        let questions = Dictionary(grouping: due.enumerated()) { $0.element.server }
        let answers = await withTaskGroup(of: [(Int, RecordReading)].self) { group in
            for questions in questions.values {
                group.addTask {
                    var answers: [(Int, RecordReading)] = []
                    for (place, key) in questions {
                        let answer = await read(key.name, key.type, in: key.zone, at: key.server)
                        answers.append((place, answer))
                    }
                    return answers
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Everything that leads to the routes: SRV sets, the addresses of their targets, the pools'
    /// own names, and the clients' sign-in SRV.
    ///
    /// Where an XMPP domain has no SRV set, the name that a new one could lead to (procedure B,
    /// step 5).
    ///
    /// - Parameters:
    ///   - kinds: the protocols of the routes.
    ///   - besides: names and types to read as well, such as those a failover wrote.
    /// - Returns: a reading per name, type and authoritative server.
    public func leading(
        to kinds: [RouteKind],
        besides: [(FQDN, RecordType)] = []
    ) async -> [RecordReading] {
        var services: [(FQDN, RecordType)] = []
        for kind in kinds {
            for domain in organisation.domains(for: kind) {
                if let name = kind.serviceName(in: domain) {
                    services.append((name, .srv))
                }
                if kind == .sip, let name = domain.prefixed(by: "_sip._tls") {
                    services.append((name, .srv))
                }
            }
        }
        let first = await read(services)
        var hosts = Set(first.flatMap { $0.set?.services.map(\.target) ?? [] })
        for domain in organisation.sipDomains { hosts.formUnion(domain.federationNames.values) }
        for domain in kinds.contains(.xmpp) ? organisation.xmppDomains : [] {
            let service = RouteKind.xmpp.serviceName(in: domain)
            let isMissing = first.allSatisfy { $0.name != service || $0.set == nil }
            if isMissing, let name = domain.prefixed(by: "xmpp") { hosts.insert(name) }
        }
        let addresses = hosts.sorted().flatMap { [($0, RecordType.a), ($0, RecordType.aaaa)] }
        let second = await read(addresses + besides)
        return first
            + second.filter { reading in
                !first.contains { $0.name == reading.name && $0.type == reading.type }
            }
    }
}
