/// What a client asks of a new runspace pool (MS-PSRP 2.2.2.2).
///
/// The client states that it has no host: nothing on the server can ask a question.
public struct InitRunspacePool: Hashable, Sendable {
    /// The fewest runspaces; 1 by default.
    public var minimumRunspaces: Int32
    /// The most runspaces, which is how many pipelines can run at once; 1 by default.
    public var maximumRunspaces: Int32
    /// What the server's session sees as `$PSSenderInfo.ApplicationArguments`; null by default.
    public var applicationArguments: CLIXMLValue

    /// Makes a request; each part has its default.
    public init(
        minimumRunspaces: Int32 = 1,
        maximumRunspaces: Int32 = 1,
        applicationArguments: CLIXMLValue = .null
    ) {
        self.minimumRunspaces = minimumRunspaces
        self.maximumRunspaces = maximumRunspaces
        self.applicationArguments = applicationArguments
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when the sizes are missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        guard case .int32(let minimum)? = value[property: "MinRunspaces"],
            case .int32(let maximum)? = value[property: "MaxRunspaces"]
        else { throw PSRPError(.malformedMessage, "INIT_RUNSPACEPOOL has no sizes") }
        self.init(
            minimumRunspaces: minimum,
            maximumRunspaces: maximum,
            applicationArguments: value[property: "ApplicationArguments"] ?? .null
        )
    }

    /// The message's body.
    public var value: CLIXMLValue {
        .properties([
            .init("MinRunspaces", .int32(minimumRunspaces)),
            .init("MaxRunspaces", .int32(maximumRunspaces)),
            .init(
                "PSThreadOptions",
                .enumeration(
                    "System.Management.Automation.Runspaces.PSThreadOptions",
                    0,
                    name: "Default"
                )
            ),
            .init("ApartmentState", HostParts.apartmentState),
            .init("HostInfo", HostParts.noHost),
            .init("ApplicationArguments", applicationArguments),
        ])
    }
}

/// The parts that opening a pool and starting a pipeline share.
enum HostParts {
    /// No apartment is asked for.
    static let apartmentState = CLIXMLValue.enumeration(
        "System.Management.Automation.Runspaces.ApartmentState",
        2,
        name: "UNKNOWN"
    )

    /// The client has no host, no user interface and no console.
    static let noHost = CLIXMLValue.properties([
        .init("_isHostNull", true),
        .init("_isHostUINull", true),
        .init("_isHostRawUINull", true),
        .init("_useRunspaceHost", true),
    ])
}
