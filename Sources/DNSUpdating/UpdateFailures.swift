import FailoverCore
import FailoverEngine

/// Turns what went wrong with one update into words that say what to do.
struct UpdateFailures {
    let zone: DNSZone
    let server: DNSServer
    let key: TSIGKey
    let timeout: Duration

    static func missingKey(_ zone: DNSZone, _ server: DNSServer) -> DNSFailure {
        DNSFailure(
            code: .cannotSend,
            server: server,
            message: "The update of zone \(zone.name) (\(zone.view)) was not sent: no TSIG key is "
                + "configured for it; add one to the zone's provider",
            mayHaveActed: false
        )
    }

    /// Refuses a change that lies outside the zone or says nothing.
    func check(_ change: DNSChange) throws(DNSFailure) {
        if let fault = zone.fault(in: change) { throw unsent(fault) }
    }

    /// Refuses a set without records, of a type that is never written, or with data of another.
    func check(_ set: RecordSet) throws(DNSFailure) {
        if let fault = zone.fault(in: set) { throw unsent(fault) }
    }

    func encode(_ message: UpdateMessage) throws(DNSFailure) -> [UInt8] {
        do throws(Packet.Failure) {
            return try message.encoded()
        } catch {
            throw unsent("it cannot be written as a DNS message: \(error.text)")
        }
    }

    /// The failure of the reading before the update, after which nothing was sent.
    func unread(_ failure: DNSFailure) -> DNSFailure {
        let text = "was not sent, for what is there could not be read: \(failure.message)"
        return self.failure(failure.code, text, mayHaveActed: false)
    }

    /// The failure of a set that has the expected data and another TTL.
    func otherTTL(_ live: RecordSet, expected ttl: UInt32) -> DNSFailure {
        let text =
            "was not sent: \(live.name) \(live.type.rawValue) has TTL \(live.ttl) instead of "
            + "\(ttl), so someone else changed it; look at the zone before going on"
        return failure(.rejected, text, .recordSetMissing, mayHaveActed: false)
    }

    func tooLarge() -> DNSFailure {
        unsent("with its signature it exceeds 65535 bytes; split the record sets")
    }

    func exchange(
        _ body: () async throws(ExchangeFailure) -> [UInt8]
    ) async throws(DNSFailure) -> [UInt8] {
        do throws(ExchangeFailure) {
            return try await body()
        } catch {
            let doubt = error.mayHaveArrived ? "; look whether it was carried out" : ""
            let acted = error.mayHaveArrived
            switch error.cause {
            case .timeout:
                let text = "got no answer within \(timeout.inWords)\(doubt)"
                throw failure(.timeout, text, mayHaveActed: acted)
            case .cancelled:
                let text = "was given up before an answer came\(doubt)"
                throw failure(.timeout, text, mayHaveActed: acted)
            case .unreachable(let reason):
                let text = "did not get through: \(reason)\(doubt)"
                throw failure(.unreachable, text, mayHaveActed: acted)
            case .closedEarly:
                let text = "was cut off: the server closed the connection\(doubt)"
                throw failure(.unreachable, text, mayHaveActed: acted)
            case .foreign:
                let text = "was answered with a reply to something else\(doubt)"
                throw failure(.malformedAnswer, text, mayHaveActed: acted)
            }
        }
    }

    /// Accepts an answer that is signed, in time and says yes; throws for every other.
    func judge(
        _ answer: [UInt8],
        _ signature: TSIGExchange,
        at time: Timestamp
    ) throws(DNSFailure) {
        let code = responseCode(answer)
        let accepted: TSIGExchange.Accepted
        do throws(TSIGExchange.Rejection) {
            accepted = try signature.verify(answer, at: time)
        } catch {
            throw unverified(error, code)
        }
        if let fault = accepted.fault {
            let text = words(for: fault, serverTime: accepted.serverTime, ourTime: time)
            throw failure(.rejected, text, code, mayHaveActed: false)
        }
        guard code != .noError else { return }
        throw failure(.rejected, words(for: code), code, mayHaveActed: false)
    }
}
