import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An agent that plays a script: what it answers depends on what it was asked before.
final class FakeAgent: Sendable {
    /// What it is asked.
    enum Question: Sendable {
        case status
        case plan
        case script
        case explanation
        case shadowReport
        case runs
        case report(Int)
        case standing(Int)
        case audit
        case chain
        case order(OrderBody)
        case alertTest(String)
    }

    /// What it knows; the script changes it.
    struct World: Sendable {
        var status = Fixtures.status
        var plan: PlanBody?
        var script: ScriptBody?
        var explanation: ExplanationBody?
        var shadowReport: ShadowReportBody?
        var runs: [RunBody] = []
        var report: ReportBody?
        var alertTest: AlertTestBody?
        /// How a request ended that is asked about.
        var endings: [String] = []
        var audit: AuditBody?
        var chain: ChainBody?
        /// Why orders are refused; none when they are taken.
        var refusals: [String] = []
        var orders: [OrderBody] = []
        /// How often runs were asked for.
        var looks = 0
        /// What was asked, as the client wrote it.
        var questions: [String] = []
    }

    typealias Script = @Sendable (Question, inout World) -> Void

    private let world: Mutex<World>
    private let script: Script

    private init(_ world: World, _ script: @escaping Script) {
        self.world = Mutex(world)
        self.script = script
    }

    /// The orders that were taken.
    var orders: [OrderBody] { world.withLock { $0.orders } }

    /// What was asked, as the client wrote it, below the version.
    var questions: [String] { world.withLock { $0.questions } }

    /// Runs a body with an agent and the path of its socket.
    static func with<Result>(
        _ world: World = World(),
        script: @escaping Script = { _, _ in },
        _ body: (FakeAgent, String) async throws -> Result
    ) async throws -> Result {
        let folder = try ScratchFolder()
        let agent = FakeAgent(world, script)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answering(agent))
                }
            }
            .bind(unixDomainSocketPath: folder.path("agent.sock")).get()
        do {
            let result = try await body(agent, folder.path("agent.sock"))
            try await server.close()
            return result
        } catch {
            try await server.close()
            throw error
        }
    }

    fileprivate func answer(_ method: HTTPMethod, _ uri: String, _ body: [UInt8]) -> (Int, [UInt8])
    {
        world.withLock { $0.questions.append(String(uri.dropFirst("/v1/".count))) }
        let path = uri.split(separator: "?")[0].split(separator: "/").map(String.init)
        do {
            switch (method, path.count > 1 ? path[1] : "", path.count) {
            case (.GET, "status", 2): return try say(ask(.status).status)
            case (.GET, "plan", 2): return try say(ask(.plan).plan)
            case (.GET, "plan", 3): return try say(ask(.script).script)
            case (.GET, "explain", 2): return try say(ask(.explanation).explanation)
            case (.GET, "shadow-report", 2): return try say(ask(.shadowReport).shadowReport)
            case (.GET, "runs", 2): return try say(["runs": ask(.runs).runs])
            case (.GET, "runs", 3): return try say(ask(.report(Int(path[2]) ?? 0)).report)
            case (.GET, "runs", 4): return try say(["html": "<!DOCTYPE html>run \(path[2])\n"])
            case (.POST, "alerts", 4): return try say(ask(.alertTest(path[3])).alertTest)
            case (.GET, "requests", 3):
                let number = Int(path[2]) ?? 0
                let endings = ask(.standing(number)).endings
                return (200, try WireCoding.encode(Standing(request: number, reasons: endings)))
            case (.GET, "audit", 2): return try say(ask(.audit).audit)
            case (.GET, "audit", 3): return try say(ask(.chain).chain)
            case (.POST, "orders", 2):
                let order = try WireCoding.decode(OrderBody.self, from: body)
                let refusals = ask(.order(order)).refusals
                return refusals.isEmpty
                    ? (200, Array(#"{"accepted":true,"reasons":[]}"#.utf8)) : refuse(refusals)
            default: return refuse(["no such path"])
            }
        } catch {
            return (500, Array("\(error)".utf8))
        }
    }

    private func ask(_ question: Question) -> World {
        world.withLock { world in
            if case .runs = question { world.looks += 1 }
            script(question, &world)
            if case .order(let order) = question, world.refusals.isEmpty {
                world.orders.append(order)
            }
            return world
        }
    }

    private func say(_ value: (some Encodable)?) throws -> (Int, [UInt8]) {
        guard let value else { return refuse(world.withLock { $0.refusals }) }
        return (200, try WireCoding.encode(value))
    }

    private func refuse(_ reasons: [String]) -> (Int, [UInt8]) {
        let list = reasons.map { "\"\($0)\"" }.joined(separator: ",")
        return (409, Array("{\"accepted\":false,\"reasons\":[\(list)]}".utf8))
    }
}

/// The same as the wire's ``RequestBody``, which nobody else makes.
private struct Standing: Encodable {
    let request: Int
    let reasons: [String]
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let agent: FakeAgent
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ agent: FakeAgent) { self.agent = agent }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let bytes): body += bytes.readableBytesView
        case .end:
            guard let head else { return }
            let (status, bytes) = agent.answer(head.method, head.uri, body)
            let response = HTTPResponseHead(
                version: head.version,
                status: HTTPResponseStatus(statusCode: status),
                headers: ["content-length": "\(bytes.count)"]
            )
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))),
                promise: nil
            )
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
