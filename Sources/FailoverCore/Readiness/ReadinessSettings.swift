/// How old readings may be, and what follows when they are older.
public struct ReadinessSettings: Sendable, Hashable, Codable {
    /// How often every item is read; default 10 minutes, and a little more or less by chance.
    public var every: Duration
    /// How old a reading of the certificates may be; default 1 hour.
    public var certificateAge: Duration
    /// How old a reading of the management endpoints may be; default 1 hour.
    public var managementAge: Duration
    /// How old a reading of the rights may be; default 1 hour.
    public var rightsAge: Duration
    /// How old a reading of the replication may be; default 1 hour.
    public var replicationAge: Duration
    /// How old a proof of permission to change records may be; default 1 hour.
    public var dnsPermissionAge: Duration
    /// How long ago the last drill may be; nil, the default, makes it a remark that stops nothing.
    ///
    /// An estate that never drilled has to be protected too: whoever wants drills enforced says so.
    public var drillAge: Duration?
    /// How long before its end a certificate counts as ending soon; default 14 days.
    public var certificateMargin: Duration
    /// When people are told that a standby is not ready, or is again; nil, the default, is always.
    public var byDay: WeeklyWindow?

    /// Makes the settings.
    public init(
        every: Duration = .seconds(600),
        certificateAge: Duration = .seconds(3_600),
        managementAge: Duration = .seconds(3_600),
        rightsAge: Duration = .seconds(3_600),
        replicationAge: Duration = .seconds(3_600),
        dnsPermissionAge: Duration = .seconds(3_600),
        drillAge: Duration? = nil,
        certificateMargin: Duration = .seconds(14 * 86_400),
        byDay: WeeklyWindow? = nil
    ) {
        self.every = every
        self.certificateAge = certificateAge
        self.managementAge = managementAge
        self.rightsAge = rightsAge
        self.replicationAge = replicationAge
        self.dnsPermissionAge = dnsPermissionAge
        self.drillAge = drillAge
        self.certificateMargin = certificateMargin
        self.byDay = byDay
    }

    /// Whether people may be told now what can wait until morning.
    ///
    /// Where a zone is not known people are told rather than not.
    ///
    /// - Parameters:
    ///   - wall: the wall clock.
    ///   - zones: what a zone's clocks show around a moment.
    /// - Returns: true as well when it always is.
    public func isDay(
        at wall: Timestamp,
        _ zones: (String, Timestamp) -> ZoneRules?
    ) -> Bool {
        guard let byDay, let rules = zones(byDay.zone, wall) else { return true }
        return byDay.isOpen(at: wall, rules)
    }

    /// How old a reading of an item may be; nil where it does not age.
    ///
    /// Probes have their own: a verdict without fresh probes is *unknown*.
    public func ageLimit(of item: ReadinessItem) -> Duration? {
        switch item {
        case .legs: nil
        case .certificate: certificateAge
        case .management: managementAge
        case .rights: rightsAge
        case .replication: replicationAge
        case .dnsPermission: dnsPermissionAge
        case .drill: drillAge
        }
    }

    /// Whether a pool is only ready when this item is.
    public func isRequired(_ item: ReadinessItem) -> Bool { item != .drill || drillAge != nil }
}
