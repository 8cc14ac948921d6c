public import FailoverCore

/// Reads an organisation from its live topology, and from DNS what the topology does not say.
public struct Discoverer: Sendable {
    private let reader: TopologyReader
    private let querying: any DNSQuerying
    private let resolver: DNSServer?

    /// Makes a discoverer.
    ///
    /// - Parameters:
    ///   - management: reaches at least one Front End; the first is asked.
    ///   - querying: asks the resolver.
    ///   - resolver: a recursive resolver; nil leaves DNS out.
    public init(management: any Management, querying: any DNSQuerying, resolver: DNSServer?) {
        reader = TopologyReader(management: management)
        self.querying = querying
        self.resolver = resolver
    }

    /// Reads everything; changes nothing.
    ///
    /// What is of less weight (replicas, SIP domains, DNS) and cannot be read becomes a gap.
    ///
    /// - Parameter index: the Front End that is asked.
    /// - Returns: the estate.
    /// - Throws: ``ManagementFailure`` when sites, services or pools cannot be read there.
    public func survey(at index: Int = 0) async throws(ManagementFailure) -> DiscoveredEstate {
        let endpoint = ManagementEndpoint.frontEnd(index)
        let sites = try await reader.sites(at: endpoint)
        let services = try await reader.services(at: endpoint)
        let pools = try await reader.pools(at: endpoint)
        var estate = DiscoveredEstate(sites: sites.sorted { $0.name < $1.name })
        var replicas: [ReplicaSnapshot] = []
        do throws(ManagementFailure) {
            replicas = try await reader.replicas(at: endpoint)
        } catch {
            estate.gaps.append("product versions were not read: \(error.message)")
        }
        do throws(ManagementFailure) {
            estate.sipDomains = try await reader.sipDomains(at: endpoint)
        } catch {
            estate.gaps.append("SIP domains were not read: \(error.message)")
        }
        for service in services.edgeServices.sorted(by: { $0.pool < $1.pool }) {
            let pool = pools.first { $0.fqdn == service.pool }
            let members = pool?.computers.sorted() ?? []
            if members.isEmpty { estate.gaps.append("\(service.pool) lists no members") }
            let versions = replicas.filter { members.contains($0.server) }
                .compactMap(\.productVersion)
            estate.edgePools.append(
                DiscoveredEstate.EdgePool(
                    service: service,
                    site: pool?.site,
                    members: members,
                    productVersion: versions.max(by: Discoverer.isOlder),
                    addresses: await addresses(of: service.externalName, &estate.gaps)
                )
            )
        }
        estate.frontEndPools = pools.filter(\.consumesRoutes).sorted { $0.fqdn < $1.fqdn }.map {
            DiscoveredEstate.FrontEndPool(
                fqdn: $0.fqdn,
                site: $0.site,
                members: $0.computers.sorted(),
                edgePools: services.edgePools(of: $0.fqdn)
            )
        }
        estate.staleReplicas = replicas.filter { !$0.isUpToDate }.map(\.server).sorted()
        for domain in estate.sipDomains {
            if let zone = await zone(holding: domain) { estate.zones.append(zone) }
            for kind in [RouteKind.sip, .xmpp] {
                if let service = await service(kind, of: domain) { estate.services.append(service) }
            }
        }
        return estate
    }

    /// Compares build numbers part by part.
    private static func isOlder(_ left: String, _ right: String) -> Bool {
        func parts(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
        return parts(left).lexicographicallyPrecedes(parts(right))
    }

    private func addresses(of name: FQDN?, _ gaps: inout [String]) async -> [IPAddress] {
        guard let name, resolver != nil else { return [] }
        var found: [IPAddress] = []
        for type in [RecordType.a, .aaaa] {
            for datum in await ask(name, type)?.data ?? [] {
                if case .address(let address) = datum { found.append(address) }
            }
        }
        if found.isEmpty { gaps.append("\(name) has no address in DNS") }
        return found.sorted()
    }

    /// Where the SRV record of a domain leads; nil when DNS does not say.
    private func service(
        _ kind: RouteKind,
        of domain: FQDN
    ) async -> DiscoveredEstate.Service? {
        guard let resolver, let name = kind.serviceName(in: domain) else { return nil }
        do throws(DNSFailure) {
            let answer = try await querying.query(name, .srv, at: resolver, timeout: .seconds(3))
            guard [.noError, .nameError].contains(answer.code) else { return nil }
            let targets = (answer.recordSet?.services ?? []).sorted().map(\.target)
            return DiscoveredEstate.Service(kind: kind, domain: domain, targets: targets)
        } catch {
            return nil
        }
    }

    /// The zone that a domain lies in, with its servers: the nearest name above that has some.
    private func zone(holding domain: FQDN) async -> DiscoveredEstate.Zone? {
        var apex: FQDN? = domain
        while let name = apex, name.labels.count > 1 {
            let names = (await ask(name, .ns)?.data ?? []).compactMap { datum -> FQDN? in
                if case .host(let server) = datum { server } else { nil }
            }
            if !names.isEmpty {
                var servers: [IPAddress] = []
                for server in names.sorted() {
                    for datum in await ask(server, .a)?.data ?? [] {
                        guard case .address(let address) = datum, !servers.contains(address) else {
                            continue
                        }
                        servers.append(address)
                    }
                }
                return DiscoveredEstate.Zone(apex: name, servers: servers)
            }
            apex = FQDN(name.labels.dropFirst().joined(separator: "."))
        }
        return nil
    }

    private func ask(_ name: FQDN, _ type: RecordType) async -> RecordSet? {
        guard let resolver else { return nil }
        do throws(DNSFailure) {
            return try await querying.query(name, type, at: resolver, timeout: .seconds(3))
                .recordSet
        } catch {
            return nil
        }
    }
}

extension ServiceReading {
    /// The Edge pools that the services of a pool are associated with.
    fileprivate func edgePools(of pool: FQDN) -> [FQDN] {
        Set(associations.filter { $0.service.pool == pool }.compactMap { $0.edgeServer?.pool })
            .sorted()
    }
}

extension TopologyReader {
    /// SIP domains, the default one first.
    public func sipDomains(
        at endpoint: ManagementEndpoint
    ) async throws(ManagementFailure) -> [FQDN] {
        let domains = try await read(.readSipDomains, at: endpoint).compactMap { object in
            (object.first(of: "Name", "Identity").text.flatMap(FQDN.init(_:)))
                .map { (name: $0, isDefault: object["IsDefault"].bool ?? false) }
        }
        return domains.filter(\.isDefault).map(\.name)
            + domains.filter { !$0.isDefault }.map(\.name).sorted()
    }
}
