@testable import PSRP

/// A server's messages as bytes, for tests of the client.
struct ServerSide {
    let poolID = GUID(high: 1, low: 2)
    let pipelineID = GUID(high: 3, low: 4)

    func message(
        _ type: PSRPMessageType,
        _ value: CLIXMLValue,
        pipeline: GUID = .zero
    ) -> [UInt8] {
        let message = PSRPMessage(
            to: .client,
            type,
            runspacePoolID: poolID,
            pipelineID: pipeline,
            body: [0xEF, 0xBB, 0xBF] + value.clixml()
        )
        var encoder = FragmentEncoder()
        return Array(encoder.encode(message.encode()).joined())
    }

    func capability(_ minor: Int) -> [UInt8] {
        var capability = SessionCapability.client
        capability.protocolVersion = ProtocolVersion(2, minor)
        return message(.sessionCapability, capability.value)
    }

    /// An open pool whose server speaks 2.x.
    func openedPool(_ minor: Int = 3, client: Int = 3) throws -> RunspacePool {
        var stated = SessionCapability.client
        stated.protocolVersion = ProtocolVersion(2, client)
        var pool = RunspacePool(id: poolID, capability: stated)
        _ = try pool.open()
        _ = try pool.receive(capability(minor))
        _ = try pool.receive(
            message(.runspacePoolState, .properties([.init("RunspaceState", .int32(2))]))
        )
        return pool
    }

    /// What a client sent, read.
    func sent(_ fragments: [[UInt8]]) throws -> [(PSRPMessage, MessageContent)] {
        var decoder = FragmentDecoder()
        return try decoder.receive(fragments.joined()).map { bytes in
            let message = try PSRPMessage(decoding: bytes)
            return (message, try message.content())
        }
    }
}
