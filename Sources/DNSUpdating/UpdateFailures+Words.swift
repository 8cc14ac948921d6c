import FailoverCore
import FailoverEngine

extension UpdateFailures {
    /// The failure of an answer whose signature is not accepted.
    ///
    /// Nobody vouches for such an answer, so the update may have been carried out whatever it says.
    func unverified(_ rejection: TSIGExchange.Rejection, _ code: ResponseCode) -> DNSFailure {
        switch rejection {
        case .refused(let fault):
            let text = words(for: fault, serverTime: nil, ourTime: nil)
            return failure(.rejected, text, code, mayHaveActed: true)
        case .malformed:
            return failure(.malformedAnswer, "was answered with something that is not DNS")
        case .unsigned:
            return failure(
                .badSignature,
                // Knot DNS does not sign its answer for a zone that it does not serve.
                "was answered with an unsigned \(code), which proves nothing; check that the "
                    + "server serves this zone and knows TSIG key '\(key.name)', and that nothing "
                    + "sits in between",
                code
            )
        case .foreignKey:
            return failure(
                .badSignature,
                "was answered with another key or algorithm than '\(key.name)' "
                    + "(\(key.algorithm.rawValue)); check the key on both sides",
                code
            )
        case .wrongCode:
            return failure(
                .badSignature,
                "was answered with a signature that does not fit: the answer was altered on its "
                    + "way or the server has another secret for '\(key.name)'",
                code
            )
        case .stale(let seconds):
            return failure(
                .badSignature,
                "was answered with a signature \(seconds.magnitude) s "
                    + "\(seconds < 0 ? "ahead of" : "behind") our clock; set the clocks of this "
                    + "host and of the server by NTP",
                code
            )
        }
    }

    /// What a TSIG error means and what to do.
    func words(
        for fault: TSIGRecord.Fault,
        serverTime: UInt64?,
        ourTime: Timestamp?
    ) -> String {
        switch fault {
        case .badKey:
            // The latter is what Knot DNS says where others say REFUSED.
            return "was refused (BADKEY): the server has no TSIG key '\(key.name)' with algorithm "
                + "\(key.algorithm.rawValue), or gives it no right to change one of these names or "
                + "types, or is a secondary; add the key there or correct its name here"
        case .badSignature:
            return "was refused (BADSIG): the server has another secret for TSIG key "
                + "'\(key.name)'; copy the secret from the server again"
        case .badTruncation:
            return "was refused (BADTRUNC): the server wants longer signatures for TSIG key "
                + "'\(key.name)'; check the key's algorithm on the server"
        case .badTime:
            guard let serverTime, let ourTime else {
                return "was refused (BADTIME): our clock and the server's are too far apart; set "
                    + "both by NTP"
            }
            let ours = ourTime.millisecondsSinceEpoch / 1_000
            let gap = ours - Int64(clamping: serverTime)
            return "was refused (BADTIME): our clock is \(gap.magnitude) s "
                + "\(gap < 0 ? "behind" : "ahead of") the server's, \(TSIGExchange.fudge) s are "
                + "allowed; set both by NTP"
        }
    }

    /// What a response code means for an update and what to do.
    func words(for code: ResponseCode) -> String {
        switch code {
        case .refused:
            "was refused (REFUSED): TSIG key '\(key.name)' has no right to change one of these "
                + "names or types, or the zone is frozen, or the server is a secondary; check the "
                + "zone's update policy"
        case .recordSetMissing:
            "did nothing (NXRRSET): a record set is not what it was expected to be, so someone "
                + "else changed it; look at the zone before going on"
        case .recordSetExists:
            "did nothing (YXRRSET): a record set or an alias is there that was not expected, so "
                + "someone else added it; look at the zone before going on"
        case .nameError:
            "did nothing (NXDOMAIN): a name that was expected is not in the zone any more"
        case .nameExists:
            "did nothing (YXDOMAIN): a name is in use that was expected to be free"
        case .notAuthoritative:
            "was refused (NOTAUTH): the server does not serve this zone; correct the first "
                + "address under the zone's 'authoritative'"
        case .notInZone:
            "was refused (NOTZONE): a name lies in a zone of its own on the server; configure "
                + "that zone"
        case .serverFailure:
            "failed on the server (SERVFAIL): its zone is broken or cannot be written; see the "
                + "server's log"
        case .formatError:
            "was not understood (FORMERR): the server does not take such updates"
        case .notImplemented:
            "was not understood (NOTIMP): the server does not do dynamic updates"
        case .noError, .other:
            "was refused with \(code), which has no meaning for updates; see the server's log"
        }
    }

    /// The response code in the header; `formatError` when there is no header.
    func responseCode(_ answer: [UInt8]) -> ResponseCode {
        var reader = WireReader(answer)
        // The signature check refuses an answer without a header anyway.
        guard let header = try? reader.header() else { return .formatError }
        return ResponseCode(number: UInt16(header.code))
    }

    /// A failure before anything was sent.
    func unsent(_ reason: String) -> DNSFailure {
        failure(.cannotSend, "was not sent: \(reason)", mayHaveActed: false)
    }

    /// A failure in a sentence that names zone and server.
    func failure(
        _ code: DNSFailure.Code,
        _ text: String,
        _ response: ResponseCode? = nil,
        mayHaveActed: Bool = true
    ) -> DNSFailure {
        DNSFailure(
            code: code,
            server: server,
            response: response,
            message: "The update of zone \(zone.name) (\(zone.view)) at DNS server \(server) "
                + text,
            mayHaveActed: mayHaveActed
        )
    }
}
