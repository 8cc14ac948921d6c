import ControlAPI
import FailoverCore
import Foundation
import Testing

/// The agent's address over TCP, with a certificate, and a token for each person.
struct Entrance {
    let listener = Lab.pool(2)[0] + ":8061"
    let folder: String
    let access: String
    var url: String { "https://\(listener)" }
    var certificate: String { folder + "/api.pem" }

    init(access: String) async throws {
        self.access = access
        folder = Lab.state + "/entrance-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        let made = try await run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "2", "-subj", "/CN=warden-lab", "-addext",
                "subjectAltName=IP:" + Lab.pool(2)[0], "-keyout", folder + "/api.key",
                "-out", folder + "/api.pem",
            ]
        )
        try #require(made.status == 0, "\(made.output)")
        for person in ["anna", "berta", "carl"] {
            for place in [Lab.state + "/secrets/api-\(person)", folder + "/\(person)"] {
                try Data("\(token(person))\n".utf8).write(to: URL(fileURLWithPath: place))
                try #require(chmod(place, 0o600) == 0)
            }
        }
    }

    func token(_ person: String) -> String {
        String(repeating: person, count: 12)
    }

    var section: String {
        """
        api:
          listen: \(listener)
          public_url: \(url)
          tls: { certificate: \(certificate), key: \(folder)/api.key }
          tokens:
            - { owner: anna, secret: api-anna }
            - { owner: berta, secret: api-berta }
            - { owner: carl, secret: api-carl }
        access: \(access)
        sip_domains:
        """
    }

    func client(_ token: String, caFile: String?) throws -> ControlClient {
        try ControlClient(.network(url: url, token: Secret(token), caFile: caFile))
    }

    func client(of person: String) throws -> ControlClient {
        try client(token(person), caFile: certificate)
    }

    /// The command line, as a person uses it from another machine.
    func command(_ person: String, _ arguments: String...) async throws -> CommandOutput {
        try await command(person, arguments)
    }

    func command(_ person: String, _ arguments: [String]) async throws -> CommandOutput {
        try await run(
            Lab.program,
            arguments,
            environment: [
                "EDGEWARDEN_URL": url, "EDGEWARDEN_TOKEN_FILE": folder + "/" + person,
                "EDGEWARDEN_CA_FILE": certificate,
            ]
        )
    }
}
