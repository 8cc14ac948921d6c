/// Where an Edge server must be led by its own organisation's SRV records.
///
/// In a hybrid organisation the Edge server looks them up itself, with its own resolver, cache and
/// hosts file (domain facts, section 4).
public struct ResolutionExpectation: Sendable, Hashable, Codable {
    /// The longest time for which a run waits for old data to leave caches; 10 minutes.
    ///
    /// Enough for the times to live that moves should be prepared with (300 s and a tenth). Longer ones
    /// are not waited for: a run holds the lock, and another route of the same dead site may need it.
    public static let patience: Duration = .seconds(600)

    /// The SRV names of the SIP domains.
    public var names: [FQDN]
    /// The pool that they must lead to.
    public var pool: FQDN
    /// Its federation port.
    public var port: UInt16
    /// Its published addresses.
    public var addresses: [IPAddress]
    /// The published addresses of the pool that is left: what an old answer leads to.
    public var formerAddresses: [IPAddress]
    /// The longest time to live among the records that the plan changes, in seconds; 0 when it changes
    /// none.
    public var oldTTL: UInt32

    /// Makes an expectation.
    public init(
        names: [FQDN],
        pool: FQDN,
        port: UInt16,
        addresses: [IPAddress],
        formerAddresses: [IPAddress],
        oldTTL: UInt32
    ) {
        self.names = names
        self.pool = pool
        self.port = port
        self.addresses = addresses
        self.formerAddresses = formerAddresses
        self.oldTTL = oldTTL
    }

    /// For so long old data has an excuse: the old time to live and a tenth of it.
    public var allowance: Duration { .milliseconds(1_100 * Int64(oldTTL)) }

    /// Whether caches may have old data for longer than a run waits.
    public var outlastsRuns: Bool { allowance > ResolutionExpectation.patience }

    /// Where an answer leads, with a phrase that says so.
    public enum Lead: Sendable, Hashable {
        /// To the pool.
        case target(String)
        /// To the pool that is left: old data.
        case former(String)
        /// Somewhere else, or nowhere.
        case elsewhere(String)
    }

    /// Judges one name's answer: an Access Edge follows the preferred record alone.
    ///
    /// A load balancer of names may hand out some of a pool's addresses; any that is not the pool's
    /// is wrong.
    ///
    /// - Parameters:
    ///   - name: the SRV name.
    ///   - service: its preferred record; nil when there is none.
    ///   - found: the addresses of that record's target.
    /// - Returns: where it leads.
    public func judge(_ name: FQDN, _ service: ServiceRecord?, _ found: [IPAddress]) -> Lead {
        guard let service else { return .elsewhere("\(name) has no SRV record there") }
        let list = found.sorted().map(\.description).joined(separator: ", ")
        let text =
            "\(name) leads to \(service.target):\(service.port)"
            + (found.isEmpty ? ", which has no addresses" : " (\(list))")
        guard !found.isEmpty else { return .elsewhere(text) }
        let found = Set(found)
        if found.isSubset(of: addresses) {
            return service.port == port ? .target(text) : .elsewhere("\(text), not to port \(port)")
        }
        return found.isSubset(of: formerAddresses) ? .former(text) : .elsewhere(text)
    }

    /// `_sipfederationtls._tcp.contoso.com must lead to edgepool2.contoso.net, port 5061 (…)`.
    var inWords: String {
        let list = addresses.map(\.description).joined(separator: ", ")
        let excuse =
            oldTTL == 0
            ? "" : "; old data may be cached for \(Duration.seconds(Int64(oldTTL)).inWords)"
        return "\(names.map(\.name).joined(separator: ", ")) must lead to \(pool), port \(port)"
            + " (\(list))\(excuse)"
    }
}
