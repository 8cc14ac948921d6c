import Foundation

/// Traces of the machine that a file was written on.
enum Places {
    /// Folders that are somebody's own, put together here so that this file has none.
    private static let folders = ["home", "root", "Users", "work", "workspace", "builds", "mnt"]
        .map { "/\($0)/" }

    /// Domains that are for examples, and the networks that are (RFC 2606, RFC 5737, RFC 1918).
    private static let exampleDomains = [
        "example", "example.com", "test", "invalid", "lan", "localhost",
        "contoso.com", "contoso.net", "fabrikam.com", "litwareinc.com",
    ]

    /// Personal folders and addresses of people in a text.
    static func findings(in text: String, path: String) throws -> [Finding] {
        let folder = try Regex(
            "(^|[^A-Za-z0-9_.$)}-])(" + folders.joined(separator: "|") + ")"
        )
        let mail = try Regex(#"[A-Za-z0-9._-]+@(?<host>[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)"#)
        guard text.contains("@") || folders.contains(where: text.contains) else { return [] }
        var found: [Finding] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.contains(folder) {
                let message = "names a folder of somebody's own machine"
                found.append(Finding(path: path, line: number + 1, message: message))
            }
            for match in line.matches(of: mail) {
                guard let host = match.output["host"]?.substring, !isExample(host.lowercased())
                else {
                    continue
                }
                let message = "names an address at \(host)"
                found.append(Finding(path: path, line: number + 1, message: message))
            }
        }
        return found
    }

    private static func isExample(_ host: String) -> Bool {
        host.allSatisfy { $0.isNumber || $0 == "." }
            || exampleDomains.contains { host == $0 || host.hasSuffix(".\($0)") }
    }
}
