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
    /// How threads are used: 0, the default, leaves it to the server.
    public internal(set) var threadOptions: Int32 = 0
    /// The threads' apartment: 2, the default, asks for none.
    public internal(set) var apartmentState: Int32 = 2
    /// What the client says of its host; that it has none, by default.
    public internal(set) var hostInfo = HostParts.noHost

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
        guard let minimum = value[property: "MinRunspaces"]?.int32,
            let maximum = value[property: "MaxRunspaces"]?.int32
        else { throw PSRPError(.malformedMessage, "INIT_RUNSPACEPOOL has no sizes") }
        self.init(
            minimumRunspaces: minimum,
            maximumRunspaces: maximum,
            applicationArguments: value[property: "ApplicationArguments"] ?? .null
        )
        threadOptions = value[property: "PSThreadOptions"]?.int32 ?? 0
        apartmentState = value[property: "ApartmentState"]?.int32 ?? 2
        hostInfo = value[property: "HostInfo"] ?? HostParts.noHost
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
                    threadOptions,
                    name: threadOptions == 0 ? "Default" : "\(threadOptions)"
                )
            ),
            .init("ApartmentState", HostParts.apartmentState(apartmentState)),
            .init("HostInfo", hostInfo),
            .init("ApplicationArguments", applicationArguments),
        ])
    }
}

/// The parts that opening a pool and starting a pipeline share.
enum HostParts {
    /// The threads' apartment: single, multiple, or unknown.
    static func apartmentState(_ number: Int32) -> CLIXMLValue {
        let names: [Int32: String] = [0: "STA", 1: "MTA", 2: "UNKNOWN"]
        return .enumeration(
            "System.Management.Automation.Runspaces.ApartmentState",
            number,
            name: names[number] ?? "\(number)"
        )
    }

    /// The client has no host, no user interface and no console.
    static let noHost = CLIXMLValue.properties([
        .init("_isHostNull", true),
        .init("_isHostUINull", true),
        .init("_isHostRawUINull", true),
        .init("_useRunspaceHost", true),
    ])
}
