/// The versions that each side states first (MS-PSRP 2.2.2.1).
public struct SessionCapability: Hashable, Sendable {
    /// The remoting protocol: 2.1 with PowerShell 2, 2.2 with 3 and 4, 2.3 with 5.
    public var protocolVersion: ProtocolVersion
    /// The PowerShell version that the sender claims; 2.0 by convention.
    public var powerShellVersion: ProtocolVersion
    /// The version of CLIXML.
    public var serializationVersion: ProtocolVersion

    /// What this client states: protocol 2.3.
    public static let client = SessionCapability(
        protocolVersion: ProtocolVersion(2, 3),
        powerShellVersion: ProtocolVersion(2, 0),
        serializationVersion: ProtocolVersion("1.1.0.1") ?? ProtocolVersion(1, 1)
    )

    /// Makes a statement of versions.
    public init(
        protocolVersion: ProtocolVersion,
        powerShellVersion: ProtocolVersion,
        serializationVersion: ProtocolVersion
    ) {
        self.protocolVersion = protocolVersion
        self.powerShellVersion = powerShellVersion
        self.serializationVersion = serializationVersion
    }

    /// Reads a message's body.
    ///
    /// - Throws: `malformedMessage` when a version is missing.
    public init(_ value: CLIXMLValue) throws(PSRPError) {
        func version(_ name: String) throws(PSRPError) -> ProtocolVersion {
            guard case .version(let version)? = value[property: name]?.unwrapped else {
                throw PSRPError(.malformedMessage, "SESSION_CAPABILITY has no version '\(name)'")
            }
            return version
        }
        self.init(
            protocolVersion: try version("protocolversion"),
            powerShellVersion: try version("PSVersion"),
            serializationVersion: try version("SerializationVersion")
        )
    }

    /// The message's body.
    public var value: CLIXMLValue {
        .properties([
            .init("protocolversion", .version(protocolVersion)),
            .init("PSVersion", .version(powerShellVersion)),
            .init("SerializationVersion", .version(serializationVersion)),
        ])
    }
}
