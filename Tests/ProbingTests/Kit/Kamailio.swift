import Foundation
import Glibc

/// A real SIP proxy that answers OPTIONS over TLS, on a loopback address of its own.
struct Kamailio {
    static let path = Program.path("kamailio")

    let address: String
    let port: UInt16 = 5_061
    private let group: pid_t
    private let folder: ScratchFolder

    /// Runs the body while the proxy is up, and kills all its processes afterwards.
    static func with<Result>(
        certificate: Issued,
        clientsOf authority: TestAuthority? = nil,
        _ body: (Kamailio) async throws -> Result
    ) async throws -> Result {
        let kamailio = try await start(certificate: certificate, clientsOf: authority)
        defer { kamailio.signal(SIGKILL) }
        return try await body(kamailio)
    }

    /// Signals every process of the proxy: stopping only the first changes nothing.
    func signal(_ number: Int32) { kill(-group, number) }

    /// Halts every process and returns once all stand still.
    func halt() async {
        signal(SIGSTOP)
        // They are not our children, so that nothing tells when it is so.
        while !Self.states(of: group).allSatisfy({ "TZ".contains($0) }) { await Task.yield() }
    }

    /// The states of the group's processes, as the kernel tells them (proc(5), stat).
    private static func states(of group: pid_t) -> [Substring] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int32($0) != nil }.compactMap { name in
            // One that is gone has no state.
            guard let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return nil }
            let fields = text[end...].split(separator: " ")
            return fields.count > 3 && fields[3] == "\(group)" ? fields[1] : nil
        }
    }

    private static func start(
        certificate: Issued,
        clientsOf authority: TestAuthority?
    ) async throws -> Kamailio {
        let folder = try ScratchFolder()
        let address = Loopback.next()
        let verify = authority == nil ? "no" : "yes"
        let ca = try folder.write("ca.pem", try authority?.certificate.pem() ?? "")
        let tls = try folder.write(
            "tls.cfg",
            """
            [server:default]
            method = TLSv1.2+
            certificate = \(try folder.write("server.pem", try certificate.certificatePEM()))
            private_key = \(try folder.write("server.key", certificate.keyPEM))
            verify_certificate = \(verify)
            require_certificate = \(verify)
            \(authority == nil ? "" : "ca_list = \(ca)")
            [client:default]
            method = TLSv1.2+

            """
        )
        let configuration = try folder.write("kamailio.cfg", configuration(tls: tls))
        let pgid = "\(folder.path)/pgid"
        // In daemon mode the command returns when the proxy is ready, and it has its own group.
        try await Program.run(
            try require(path),
            [
                "-f", configuration, "-P", "\(folder.path)/pid", "-G", pgid, "-Y", folder.path,
                "-l", "tls:\(address):5061", "-m", "16", "-M", "4", "-w", folder.path,
            ],
            log: "\(folder.path)/log"
        )
        let text = try folder.read("pgid").trimmingCharacters(in: .whitespacesAndNewlines)
        guard let group = pid_t(text), group > 1 else {
            throw Program.Failure(description: "no process group in '\(text)'")
        }
        return Kamailio(address: address, group: group, folder: folder)
    }

    private init(address: String, group: pid_t, folder: ScratchFolder) {
        self.address = address
        self.group = group
        self.folder = folder
    }

    private static func require(_ path: String?) throws -> String {
        guard let path else { throw Program.Failure(description: "kamailio is not installed") }
        return path
    }

    private static func configuration(tls: String) -> String {
        """
        #!KAMAILIO
        debug=0
        log_stderror=yes
        fork=yes
        children=1
        tcp_children=1
        enable_tls=yes
        auto_aliases=no
        dns=no
        rev_dns=no
        loadmodule "tls.so"
        loadmodule "sl.so"
        loadmodule "pv.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        modparam("tls", "config", "\(tls)")
        modparam("tls", "tls_force_run", 11)
        request_route {
            if (is_method("OPTIONS") && $rU == $null) {
                sl_send_reply("200", "OK");
                exit;
            }
            sl_send_reply("501", "Not Implemented");
        }

        """
    }
}
