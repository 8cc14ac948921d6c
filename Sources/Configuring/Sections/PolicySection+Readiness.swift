import FailoverCore

extension PolicyDraft {
    /// How often standbys are looked at, and how old what was read may be.
    static func readReadiness(_ fields: inout FieldReader) -> ReadinessSettings {
        var settings = ReadinessSettings()
        let week = Duration.hours(24 * 7)
        settings.every = fields.value(
            "every",
            .duration(.seconds(30)...(.hours(24))),
            default: settings.every
        )
        settings.certificateMargin = fields.value(
            "certificate_margin",
            .duration(.zero...(.hours(24 * 365))),
            default: settings.certificateMargin
        )
        settings.byDay = fields.optional("by_day", .window)?.value
        let every = settings.every
        fields.group("max_age") { ages in
            func age(_ key: String, _ standard: Duration) -> Duration {
                // Whoever looks more rarely may be shown older readings.
                let standard = max(standard, every * 3)
                guard let written = ages.optional(key, .duration(.seconds(60)...week)) else {
                    return standard
                }
                if written.value < every * 2 {
                    ages.findings.error(
                        .impossible,
                        at: written.position,
                        "'\(key)' (\(DurationText.write(written.value))) must be at least twice "
                            + "'every' (\(DurationText.write(every))), or a standby is not ready "
                            + "between two readings"
                    )
                }
                return written.value
            }
            settings.managementAge = age("management", settings.managementAge)
            settings.rightsAge = age("rights", settings.rightsAge)
            settings.replicationAge = age("replication", settings.replicationAge)
            settings.dnsPermissionAge = age("dns_permission", settings.dnsPermissionAge)
            settings.drillAge =
                ages.optional("drill", .duration(.hours(1)...(.hours(24 * 3_650))))?
                .value
            ages.finish()
        }
        fields.finish()
        return settings
    }
}
