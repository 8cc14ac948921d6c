import FailoverCore

/// An Edge pool as written: section `edge_pools`.
struct EdgePoolDraft {
    /// DNS or hardware load balancing, as the file says it.
    enum Balancing: String, CaseIterable {
        case dns
        case hlb
    }

    var fqdn: Located<FQDN>?
    var site: Located<SiteName>?
    var version: Located<ProductVersion>?
    var balancing: Balancing
    var virtual: VirtualAddressesDraft?
    var servers: [Located<EdgeServerDraft>]
    /// All four, with the standard ones for those that are not written.
    var ports: [LegKind: UInt16]
    var position: Position

    init(_ fields: inout FieldReader) {
        position = fields.position
        fqdn = fields.required("fqdn", .fqdn)
        site = fields.required("site", .site)
        version = fields.required("version", .choice())
        let balancing = fields.value("load_balancing", .choice(), default: Balancing.dns)
        self.balancing = balancing
        virtual = fields.group("vip") { VirtualAddressesDraft(&$0, balancing: balancing) }
        if balancing == .dns, fields.has("vip") {
            fields.findings.error(
                .impossible,
                at: fields.position(of: "vip"),
                "'vip' belongs to load_balancing: hlb; with dns each server publishes its own "
                    + "addresses"
            )
        }
        if balancing == .hlb, !fields.has("vip") {
            fields.reportMissing("vip", "the load balancer's addresses: { access: [...] }")
        }
        servers = fields.groups("servers") { EdgeServerDraft(&$0, balancing: balancing) }
        if fields.isEmpty("servers") {
            fields.findings.error(
                .missing,
                at: fields.position(of: "servers"),
                "an Edge pool needs at least one server: list it under 'servers'"
            )
        }
        ports = fields.group("ports") { fields in
            var ports: [LegKind: UInt16] = [:]
            for leg in LegKind.allCases {
                ports[leg] = fields.value(leg.rawValue, .port, default: leg.standardPort)
            }
            fields.finish()
            return ports
        }
        fields.finish()
    }

    /// The checked pool; nil when a part was wrong.
    var pool: EdgePool? {
        guard let fqdn, let site, let version else { return nil }
        return EdgePool(
            fqdn: fqdn.value,
            site: site.value,
            version: version.value,
            loadBalancing: balancing == .dns
                ? .dns : .hardware(access: virtual?.access.map(\.value) ?? []),
            servers: servers.compactMap {
                $0.value.server(virtualMedia: virtual?.audioVideo.map(\.value) ?? [])
            },
            ports: ports.filter { $0.value != $0.key.standardPort }
        )
    }
}

/// The addresses of a hardware load balancer: `edge_pools.vip`.
struct VirtualAddressesDraft {
    var access: [Located<IPAddress>]
    var audioVideo: [Located<IPAddress>]
    /// Whether A/V addresses are written, right or wrong.
    var hasAudioVideo: Bool
    var `internal`: Located<IPAddress>?

    init(_ fields: inout FieldReader, balancing: EdgePoolDraft.Balancing) {
        access = fields.list("access", of: .address) ?? []
        audioVideo = fields.list("av", of: .address) ?? []
        hasAudioVideo = !fields.isEmpty("av")
        `internal` = fields.optional("internal", .address)
        if balancing == .hlb, fields.isPresent, !fields.has("access") {
            fields.reportMissing("access", "the virtual addresses that DNS publishes")
        } else if fields.isPresent, balancing == .hlb, fields.isEmpty("access") {
            fields.findings.error(
                .missing,
                at: fields.position(of: "access"),
                "'access' needs at least one address: the one that DNS publishes"
            )
        }
        fields.finish()
    }
}

/// A member of an Edge pool as written: `edge_pools.servers`.
struct EdgeServerDraft {
    var fqdn: Located<FQDN>?
    var published: [Located<IPAddress>]
    /// Whether public addresses are written, right or wrong.
    var hasPublished: Bool
    var probed: [Located<String>: IPAddress]
    var audioVideo: [Located<IPAddress>]
    /// Whether A/V addresses are written, right or wrong.
    var hasAudioVideo: Bool
    var audioVideoProbed: [Located<String>: IPAddress]
    var `internal`: Located<IPAddress>?

    init(_ fields: inout FieldReader, balancing: EdgePoolDraft.Balancing) {
        fqdn = fields.required("fqdn", .fqdn)
        (published, hasPublished, probed) = fields.group("access") { access in
            let published = access.list("public", of: .address) ?? []
            let probed = access.vantages("probe")
            access.finish()
            return (published, !access.isEmpty("public"), probed)
        }
        (audioVideo, hasAudioVideo, audioVideoProbed) = fields.group("av") { media in
            let addresses = media.list("public", of: .address) ?? []
            let probed = media.vantages("probe")
            if balancing == .dns, media.isPresent, media.isEmpty("public") {
                media.reportMissing("public", "the addresses that DNS publishes for the A/V Edge")
            }
            media.finish()
            return (addresses, !media.isEmpty("public"), probed)
        }
        `internal` = fields.optional("internal", .address)
        checkAddresses(fields, balancing: balancing)
        fields.finish()
    }

    private func checkAddresses(_ fields: FieldReader, balancing: EdgePoolDraft.Balancing) {
        let position = fields.has("access") ? fields.position(of: "access") : fields.position
        let name = fqdn.map { "server \($0.value)" } ?? "the server"
        if balancing == .dns, !hasPublished {
            fields.findings.error(
                .missing,
                at: position,
                "\(name) has no public address: give access: { public: [...] }, "
                    + "the addresses that DNS publishes for it"
            )
        } else if !hasPublished, !probed.keys.contains(where: { $0.value == "default" }) {
            fields.findings.error(
                .missing,
                at: position,
                "\(name) has no address to probe: give access: { probe: { default: ... } }"
            )
        }
    }

    /// The checked server; nil when its name was wrong.
    ///
    /// A server without A/V addresses of its own is watched at its load balancer's.
    func server(virtualMedia: [IPAddress]) -> EdgeServer? {
        fqdn.map {
            EdgeServer(
                fqdn: $0.value,
                publicAddresses: published.map(\.value),
                probeAddresses: Dictionary(
                    uniqueKeysWithValues: probed.map { ($0.key.value, $0.value) }
                ),
                internalAddress: `internal`?.value,
                mediaAddresses: audioVideo.isEmpty ? virtualMedia : audioVideo.map(\.value),
                mediaProbeAddresses: Dictionary(
                    uniqueKeysWithValues: audioVideoProbed.map { ($0.key.value, $0.value) }
                )
            )
        }
    }
}

extension FieldReader {
    /// Addresses by the name of the vantage that probes them.
    fileprivate mutating func vantages(_ key: String) -> [Located<String>: IPAddress] {
        var addresses: [Located<String>: IPAddress] = [:]
        for entry in dictionary(key) {
            let vantage = name(entry, .name)
            let address = scalar(entry.value, key: entry.key, .address)
            if let vantage, let address { addresses[vantage] = address.value }
        }
        return addresses
    }
}
