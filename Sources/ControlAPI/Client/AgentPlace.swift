import Curl
public import FailoverCore

/// Where the agent is asked.
public enum AgentPlace: Sendable {
    /// At its Unix socket.
    case socket(path: String)
    /// Over TCP, by a token; `caFile` nil trusts the authorities of this system.
    case network(url: String, token: Secret, caFile: String?)

    private var name: String {
        switch self {
        case .socket(let path): path
        case .network(let url, _, _): url
        }
    }

    private var advice: String {
        switch self {
        case .socket: "is it running, and may you reach its folder?"
        case .network: "is it running, and does its 'api.listen' say so?"
        }
    }

    /// What a person can look at when no answer comes.
    func failure(_ failure: HTTPFailure) -> ControlFailure {
        switch failure.code {
        case .couldNotConnect, .connectTimeout:
            .unreachable("no agent answers at \(name): \(advice)")
        case .timeout:
            .unreachable("the agent at \(name) gave no answer in time: its log says more")
        case .connectionLost, .sendFailed, .badResponse:
            .unreachable("the agent at \(name) broke off: it may be starting again")
        default: .unreachable("the agent at \(name) cannot be asked: \(failure.message)")
        }
    }

    func request(_ method: HTTPMethod, _ path: String, _ body: [UInt8]) -> HTTPRequest {
        var headers: HTTPHeaders = ["content-type": "application/json"]
        let base: String
        var socket: String?
        var trust = TLSOptions.Trust.system
        switch self {
        case .socket(let path): (base, socket) = ("http://edgewarden", path)
        case .network(let url, let token, let caFile):
            token.withValue { headers.add("authorization", "Bearer \($0)") }
            base = url
            if let caFile { trust = .file(path: caFile) }
        }
        return HTTPRequest(
            method,
            url: "\(base)/v1/\(path)",
            headers: headers,
            body: body,
            tls: TLSOptions(trust: trust),
            // A hook's own time-out may be as long as 300 s.
            totalTimeout: .seconds(310),
            responseBytesMax: 64 << 20,
            unixSocket: socket
        )
    }
}
