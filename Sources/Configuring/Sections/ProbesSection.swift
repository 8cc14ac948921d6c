import FailoverCore

/// Section `probes`.
struct ProbesDraft {
    var interval: Duration
    var timeout: Located<Duration>
    var fall: Located<Int>
    var rise: Int
    var okReset: Int
    var fastInterval: Duration
    var flap: FlapLimit
    /// Nil where the file does not say: the gateway and the resolvers.
    var controlTargets: [Located<DNSServer>]?
    /// Whether the file says that there are none.
    var hasNoControlTargets: Bool
    var staleAfter: Located<Duration>
    var caFile: String?
    var clientCertificate: AgentConfiguration.CertificateFiles?
    var localDomains: [LegKind: FQDN]
    /// Where the section is.
    var position: Position

    init(_ fields: inout FieldReader) {
        position = fields.position
        let interval = fields.value(
            "interval",
            .duration(.milliseconds(100)...(.hours(1))),
            default: .seconds(5)
        )
        self.interval = interval
        let writtenTimeout = fields.optional("timeout", .duration(.milliseconds(50)...(.hours(1))))
        // The default shrinks with a short interval, so that `interval: 2s` alone is a valid file.
        timeout =
            writtenTimeout
            ?? Located(value: min(.seconds(3), interval), position: fields.position)
        fall = fields.optional("fall", .integer(1...100)) ?? Located(value: 3, position: position)
        rise = fields.value("rise", .integer(1...1_000), default: 5)
        okReset = fields.value("ok_reset", .integer(1...1_000), default: 2)
        fastInterval = ProbesDraft.readFastInterval(&fields, interval: interval)
        flap = fields.group("flap") { limit in
            let threshold = limit.value("threshold", .integer(2...100), default: 5)
            let window = limit.value(
                "window",
                .duration(.seconds(60)...(.hours(24 * 7))),
                default: .seconds(3_600)
            )
            limit.finish()
            return FlapLimit(threshold: threshold, window: window)
        }
        staleAfter =
            fields.optional("stale_after", .duration(.milliseconds(100)...(.hours(24))))
            ?? Located(value: interval * 3 + timeout.value, position: fields.position)
        caFile = fields.optional("ca_file", .path)?.value
        clientCertificate = fields.certificate("client_certificate")
        localDomains = fields.group("local_domains") { domains in
            var local: [LegKind: FQDN] = [:]
            local[.sip] = domains.optional("sip", .fqdn)?.value
            local[.xmpp] = domains.optional("xmpp", .fqdn)?.value
            domains.finish()
            return local
        }
        hasNoControlTargets =
            fields.has("control_targets") && fields.isEmpty("control_targets")
        controlTargets = fields.list("control_targets", of: .controlTarget)
        fields.finish()
        checkTimes(fields)
    }

    /// The default shrinks with a short interval, as that of `timeout` does.
    private static func readFastInterval(
        _ fields: inout FieldReader,
        interval: Duration
    ) -> Duration {
        let written = fields.optional(
            "fast_interval",
            .duration(.milliseconds(100)...(.hours(1)))
        )
        if let written, written.value > interval {
            fields.findings.error(
                .impossible,
                at: written.position,
                "'fast_interval' (\(DurationText.write(written.value))) is longer than 'interval' "
                    + "(\(DurationText.write(interval))): a suspect would be probed more slowly"
            )
        }
        return written?.value ?? min(.seconds(1), interval)
    }

    private func checkTimes(_ fields: FieldReader) {
        if timeout.value > interval {
            fields.findings.error(
                .impossible,
                at: timeout.position,
                "'timeout' (\(DurationText.write(timeout.value))) is longer than 'interval' "
                    + "(\(DurationText.write(interval))): probes of one server would overlap; "
                    + "shorten the one or lengthen the other"
            )
        }
        if staleAfter.value < interval + timeout.value {
            fields.findings.error(
                .impossible,
                at: staleAfter.position,
                "'stale_after' (\(DurationText.write(staleAfter.value))) is shorter than 'interval' "
                    + "and 'timeout' together (\(DurationText.write(interval + timeout.value))): "
                    + "every probe would be out of date before the next"
            )
        }
    }
}
