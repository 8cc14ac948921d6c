public import FailoverCore

/// Asks the resolvers that partners may stand behind whether they have a run's new data.
public struct ResolverWatch: Sendable {
    /// The resolvers, as configured.
    public let resolvers: [DNSServer]
    private let querying: any DNSQuerying
    /// How long one question may take; default 3 seconds.
    private let timeout: Duration

    /// Makes a watch; nil without resolvers.
    ///
    /// - Parameters:
    ///   - resolvers: whom to ask.
    ///   - querying: asks with recursion desired.
    ///   - timeout: how long one question may take; default 3 seconds.
    public init?(
        resolvers: [DNSServer],
        querying: any DNSQuerying,
        timeout: Duration = .seconds(3)
    ) {
        guard !resolvers.isEmpty else { return nil }
        self.resolvers = resolvers
        self.querying = querying
        self.timeout = timeout
    }

    /// Asks every resolver for everything that changed, once.
    public func look(_ convergence: Convergence) async -> [RecordReading] {
        var readings: [RecordReading] = []
        for resolver in resolvers {
            // A resolver that is silent is not waited for once per name.
            var silence: String?
            for change in convergence.changes {
                var reading = RecordReading(
                    zone: change.zone,
                    server: resolver,
                    name: change.name,
                    type: change.type,
                    set: nil,
                    failure: silence
                )
                if silence == nil { silence = await ask(&reading) }
                readings.append(reading)
            }
        }
        return readings
    }

    /// Asks for one record set; says so when the resolver cannot be asked at all.
    private func ask(_ reading: inout RecordReading) async -> String? {
        do throws(DNSFailure) {
            let answer = try await querying.query(
                reading.name,
                reading.type,
                at: reading.server,
                timeout: timeout
            )
            switch answer.code {
            case .noError, .nameError: reading.set = answer.recordSet
            default: reading.failure = "it answered \(answer.code)"
            }
            return nil
        } catch {
            reading.failure = error.message
            return error.message
        }
    }
}
