import Foundation

/// What the Windows side of the lab was told, and what it has become.
extension Lab {
    /// One cmdlet call.
    struct Call: Decodable {
        var cmdlet: String
        /// Where it was sent, as FQDN.
        var server: String
        /// Whether it really changed something.
        var applied: Bool
        var parameters: [String: Value]

        /// Name and what it is about.
        var title: String {
            parameters["Identity"].map { "\(cmdlet) \($0.text)" } ?? cmdlet
        }
    }

    /// A parameter's value; empty when it is not text.
    struct Value: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) { self.text = text } else { text = "" }
        }
    }

    /// Every call since the reset, in order.
    static func calls() async throws -> [Call] {
        let text = try await call("windows-ctl", ["calls", "--json"]).output
        return try JSONDecoder().decode([Call].self, from: Data(text.utf8))
    }

    /// The writing cmdlets that really changed something, in order.
    static func acts() async throws -> [String] {
        try await calls().filter(\.applied).map(\.title)
    }

    /// The topology as the store has it: routes of sites, Edge pools of services, next hops, ports.
    static func topology() async throws -> [String] {
        let text = try await call("windows-ctl", ["show", "--json"]).output
        let store = try JSONDecoder().decode(Shown.self, from: Data(text.utf8)).store
        let sites = store.sites.flatMap { name, site in
            [
                "\(name) sip \(site.federationRoute ?? "none")",
                "\(name) xmpp \(site.xmppFederationRoute ?? "none")",
            ]
        }
        let services = store.services.compactMap { name, service in
            (service.edgeServer ?? service.registrar).map {
                "\(name) \($0) \(service.accessEdgeExternalSipPort.map(String.init) ?? "none")"
            }
        }
        return (sites + services).sorted()
    }

    private struct Shown: Decodable {
        var store: Store
    }

    private struct Store: Decodable {
        var sites: [String: Site]
        var services: [String: Service]
    }

    private struct Site: Decodable {
        var federationRoute: String?
        var xmppFederationRoute: String?
    }

    private struct Service: Decodable {
        var edgeServer: String?
        var registrar: String?
        var accessEdgeExternalSipPort: Int?
    }
}
