import FailoverCore

extension DNSZone {
    /// Why a change is never sent: it lies outside the zone or says nothing; nil when it is fine.
    func fault(in change: DNSChange) -> String? {
        guard change.zone == key, change.name.isWithin(name) else {
            return "\(change.name) does not belong to this zone"
        }
        return change.from.flatMap(fault) ?? change.to.flatMap(fault)
    }

    /// Why a set is never written: it is outside the zone, empty, of a type that is never written,
    /// or its data is of another type; nil when it is fine.
    func fault(in set: RecordSet) -> String? {
        guard set.name.isWithin(name) else { return "\(set.name) does not belong to this zone" }
        guard !set.data.isEmpty, set.data.allSatisfy({ DNSZone.fits($0, set.type) }) else {
            return "the set '\(set)' has no records, or records that updates never write"
        }
        return nil
    }

    private static func fits(_ data: RecordData, _ type: RecordType) -> Bool {
        switch (data, type) {
        case (.address(.v4), .a), (.address(.v6), .aaaa), (.service, .srv), (.host, .cname): true
        default: false
        }
    }
}
