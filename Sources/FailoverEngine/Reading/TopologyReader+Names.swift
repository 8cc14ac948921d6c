public import FailoverCore

/// Names as an Edge server resolves them: with its own resolver, cache and hosts file.
extension TopologyReader {
    /// The SRV records of a name.
    ///
    /// - Parameters:
    ///   - name: the SRV name.
    ///   - server: the Edge server that is asked.
    /// - Returns: the records; empty when the name or the type does not exist.
    /// - Throws: ``ManagementFailure``; an error record other than a missing name is one too.
    public func services(
        of name: FQDN,
        on server: FQDN
    ) async throws(ManagementFailure) -> [ServiceRecord] {
        try await resolve(.resolve(name, .srv), on: server).compactMap(ServiceRecord.init(_:))
    }

    /// The addresses of a name, IPv4 and IPv6.
    ///
    /// - Parameters:
    ///   - name: the host's name.
    ///   - server: the Edge server that is asked.
    /// - Returns: the addresses; empty when the name does not exist or has none.
    /// - Throws: ``ManagementFailure``; an error record other than a missing name is one too.
    public func addresses(
        of name: FQDN,
        on server: FQDN
    ) async throws(ManagementFailure) -> [IPAddress] {
        try await resolve(.resolveAddresses(of: name), on: server).compactMap { object in
            object.first(of: "IPAddress", "IP4Address", "IP6Address", "Address").text
                .flatMap(IPAddress.init(_:))
        }
    }

    private func resolve(
        _ command: PowerShellCommand,
        on server: FQDN
    ) async throws(ManagementFailure) -> [ManagementObject] {
        let endpoint = ManagementEndpoint.edge(server)
        let result = try await management.run(command, at: endpoint, timeout: timeout)
        // One of two address types may fail while the other is there.
        guard result.output.isEmpty, let error = result.errors.first else { return result.output }
        // Windows' name of the condition, whatever the language of the text.
        if error.contains("RCODE_NAME_ERROR") || error.contains("NO_RECORDS") { return [] }
        throw ManagementFailure(
            code: .protocolFault,
            message: "\(command) at \(management.address(of: endpoint)): \(error)",
            mayHaveActed: false
        )
    }
}

extension ServiceRecord {
    /// A record as `Resolve-DnsName` prints it; nil for records of other types.
    init?(_ object: ManagementObject) {
        func number(_ name: String) -> UInt16? {
            object[name].integer.flatMap(UInt16.init(exactly:))
        }
        guard let target = object.first(of: "NameTarget", "Target").text.flatMap(FQDN.init(_:)),
            let port = number("Port"), let priority = number("Priority"),
            let weight = number("Weight")
        else { return nil }
        self.init(priority: priority, weight: weight, port: port, target: target)
    }
}
