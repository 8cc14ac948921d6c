import FailoverCore
import Foundation

/// The URL of a service that the agent calls: `https` or `ssh`, with a host.
public struct ServiceURL: Sendable, Hashable, CustomStringConvertible {
    /// The URL as written, for the HTTP client; a webhook's path may be as good as a password.
    public let absolute: String
    /// `https`, `ssh`, or `http` for a webhook on this machine.
    public let scheme: String
    /// Host name or address, without brackets.
    public let host: String
    /// Port; the scheme's own when none is written.
    public let port: UInt16
    /// The path, at least empty.
    public let path: String
    /// Whether the port is written in the URL.
    let isPortWritten: Bool

    /// Scheme, host and port: what may be shown.
    public var description: String {
        host.contains(":") ? "\(scheme)://[\(host)]:\(port)" : "\(scheme)://\(host):\(port)"
    }

    /// Which URLs are taken.
    enum Kind: Hashable {
        /// `https` alone.
        case https
        /// `https`, and `http` for an address of this machine.
        case httpsOrLoopback
        /// The same; people are told of the key that allows more.
        case httpsUnlessPlain
        /// `https` and `http`.
        case httpsOrPlain
        /// `ssh`, with no path.
        case ssh

        /// What one looks like.
        var form: String { self == .ssh ? "ssh://host:port" : "https://host:port/path" }
    }

    /// What is wrong with a URL.
    enum Problem: Error, Hashable {
        case unreadable
        case scheme(String)
        case userInfo
        case host
        case fragment
        case path

        /// To follow the key's name.
        func inWords(_ kind: Kind) -> String {
            switch self {
            case .unreadable: "is not a URL; write \(kind.form)"
            case .scheme(let scheme):
                switch kind {
                case .https: "must begin with https://, not '\(Printable.short(scheme))'"
                case .httpsOrPlain:
                    "must begin with https:// or http://, not '\(Printable.short(scheme))'"
                case .httpsUnlessPlain:
                    "must begin with https://, not '\(Printable.short(scheme))' (http is taken for "
                        + "127.0.0.0/8, ::1 and localhost, and for others with 'plain_http: true')"
                case .httpsOrLoopback:
                    "must begin with https://, not '\(Printable.short(scheme))'"
                        + " (http is taken only for 127.0.0.0/8, ::1 and localhost)"
                case .ssh:
                    "must begin with ssh://, not '\(Printable.short(scheme))', with transport: ssh"
                }
            case .userInfo:
                "must not hold a user or password; use the keys 'user' and 'password', or a header"
            case .host: "names no host; write \(kind.form)"
            case .fragment: "must not have a '#' part"
            case .path: "must end with the port; write \(kind.form)"
            }
        }
    }

    /// Reads and checks a URL.
    static func parse(_ text: String, _ kind: Kind) -> Result<ServiceURL, Problem> {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let parts = URLComponents(string: text, encodingInvalidCharacters: false)
        else { return .failure(.unreadable) }
        guard let scheme = parts.scheme?.lowercased() else { return .failure(.unreadable) }
        guard parts.user == nil, parts.password == nil else { return .failure(.userInfo) }
        guard var host = parts.host, !host.isEmpty else {
            let isKnown = ["https", "http", "ssh"].contains(scheme)
            return .failure(isKnown ? .host : .scheme(scheme))
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let isTaken =
            switch kind {
            case .https: scheme == "https"
            case .httpsOrLoopback, .httpsUnlessPlain:
                scheme == "https" || scheme == "http" && isLoopback(host)
            case .httpsOrPlain: scheme == "https" || scheme == "http"
            case .ssh: scheme == "ssh"
            }
        guard isTaken else { return .failure(.scheme(scheme)) }
        guard IPAddress(host) != nil || FQDN(host) != nil else { return .failure(.host) }
        guard parts.fragment == nil else { return .failure(.fragment) }
        if kind == .ssh, !(parts.path.isEmpty || parts.path == "/") || parts.query != nil {
            return .failure(.path)
        }
        let standard = ["https": 443, "ssh": 22][scheme] ?? 80
        guard let port = UInt16(exactly: parts.port ?? standard), port > 0 else {
            return .failure(.unreadable)
        }
        return .success(
            ServiceURL(
                absolute: text,
                scheme: scheme,
                host: host,
                port: port,
                path: parts.path,
                isPortWritten: parts.port != nil
            )
        )
    }

    /// What is wrong with a URL that was read from a secret, to follow its name; nil for one that can
    /// be used.
    ///
    /// Says nothing of what it holds.
    public static func problem(_ text: String) -> String? {
        switch parse(text, .httpsOrLoopback) {
        case .success: nil
        case .failure(.scheme): "must begin with https://"
        case .failure(let problem): problem.inWords(.httpsOrLoopback)
        }
    }

    /// An agent's own address without a path, as the HTTP client takes it: `https://warden-1:8061`; nil
    /// for what is none, and for `http` beyond this machine.
    public static func base(of text: String) -> String? {
        guard case .success(let url) = parse(text, .httpsOrLoopback),
            url.path.isEmpty || url.path == "/"
        else { return nil }
        return url.description
    }

    /// A URL that was read from a secret; nil for one that cannot be used.
    public static func ofSecret(_ text: String) -> ServiceURL? {
        try? parse(text, .httpsOrLoopback).get()  // ``problem(_:)`` says why
    }

    /// The URL with WSMan's port 5986 and path `/wsman` where neither is written.
    var withManagementDefaults: ServiceURL {
        guard !isPortWritten, path.isEmpty || path == "/" else { return self }
        return ServiceURL.management(of: host)
    }

    /// WSMan over TLS on a host, at the standard place.
    static func management(of host: String) -> ServiceURL {
        let shown = host.contains(":") ? "[\(host)]" : host
        return ServiceURL(
            absolute: "https://\(shown):5986/wsman",
            scheme: "https",
            host: host,
            port: 5986,
            path: "/wsman",
            isPortWritten: true
        )
    }

    /// ssh on a host, at the standard port.
    static func ssh(to host: String) -> ServiceURL {
        let shown = host.contains(":") ? "[\(host)]" : host
        return ServiceURL(
            absolute: "ssh://\(shown):22",
            scheme: "ssh",
            host: host,
            port: 22,
            path: "",
            isPortWritten: true
        )
    }

    static func isLoopback(_ host: String) -> Bool {
        switch IPAddress(host) {
        case .v4(let bytes): bytes[0] == 127
        case .v6(let bytes): bytes == [UInt8](repeating: 0, count: 15) + [1]
        case nil: host.lowercased() == "localhost"
        }
    }
}
