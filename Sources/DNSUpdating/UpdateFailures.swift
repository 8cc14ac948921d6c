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
        guard change.zone == zone.name, change.name.isWithin(zone.name) else {
            throw unsent("\(change.name) does not belong to this zone")
        }
        if let from = change.from { try check(from) }
        if let to = change.to { try check(to) }
    }

    /// Refuses a set without records, of a type that is never written, or with data of another.
    func check(_ set: RecordSet) throws(DNSFailure) {
        guard set.name.isWithin(zone.name) else {
            throw unsent("\(set.name) does not belong to this zone")
        }
        guard !set.data.isEmpty, set.data.allSatisfy({ fits($0, set.type) }) else {
            throw unsent("the set '\(set)' has no records, or records that updates never write")
        }
    }

    private func fits(_ data: RecordData, _ type: RecordType) -> Bool {
        switch (data, type) {
        case (.address(.v4), .a), (.address(.v6), .aaaa), (.service, .srv), (.host, .cname): true
        default: false
        }
    }

    func encode(_ message: UpdateMessage) throws(DNSFailure) -> [UInt8] {
        do throws(Packet.Failure) {
            return try message.encoded()
        } catch {
            throw unsent("it cannot be written as a DNS message: \(error.text)")
        }
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
