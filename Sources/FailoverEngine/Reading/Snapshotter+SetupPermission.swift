import FailoverCore

extension Snapshotter {
    /// The setup permission of the configured containers; none where the endpoint has no such cmdlet.
    ///
    /// It is read in Active Directory, also while the store is dead.
    func setupPermissions(_ topology: TopologyReading) async -> [SetupPermissionReading] {
        let endpoint = ManagementEndpoint.frontEnd(topology.index)
        guard !organisation.computerOUs.isEmpty else { return [] }
        // An endpoint that does not answer is told of by the readings that a run cannot do without.
        let offer = try? await management.run(
            .findCommand(.testSetupPermission, with: .computerOU),
            at: endpoint,
            timeout: .seconds(60)
        )
        guard let offer, !offer.output.isEmpty else { return [] }
        var readings: [SetupPermissionReading] = []
        for container in organisation.computerOUs {
            readings.append(await setupPermission(of: container, endpoint))
        }
        return readings
    }

    private func setupPermission(
        of container: String,
        _ endpoint: ManagementEndpoint
    ) async -> SetupPermissionReading {
        do throws(ManagementFailure) {
            let result = try await management.run(
                .testSetupPermission(on: container),
                at: endpoint,
                timeout: .seconds(60)
            )
            guard let isGranted = result.output.lazy.compactMap(\.isSuccess).first else {
                return SetupPermissionReading(
                    container: container,
                    isGranted: nil,
                    detail: result.errors.first ?? "Test-CsSetupPermission said neither yes nor no"
                )
            }
            return SetupPermissionReading(
                container: container,
                isGranted: isGranted,
                detail: isGranted
                    ? "" : result.output.lazy.compactMap { $0["Error"].text }.first ?? ""
            )
        } catch {
            return SetupPermissionReading(
                container: container,
                isGranted: nil,
                detail: error.message
            )
        }
    }
}

extension ManagementObject {
    /// The result of a test: a boolean, as the cmdlet's description says, or the task output that its
    /// reference names; nil when it is neither.
    var isSuccess: Bool? {
        if let value = first(of: "Value", "Result").bool { return value }
        return switch self["Result"].text?.lowercased() {
        case "success": true
        case "failure": false
        default: nil
        }
    }
}
