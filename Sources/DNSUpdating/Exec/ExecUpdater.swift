public import FailoverCore
public import FailoverEngine
import Subprograms

/// Changes zones through a program of the organisation's (provider kind `exec`).
///
/// The program gets one line of JSON on its standard input:
///
/// ```json
/// {
///   "version": 1,
///   "action": "update",
///   "zone": "contoso.com",
///   "view": "public",
///   "changes": [
///     {
///       "name": "sip.contoso.com",
///       "type": "A",
///       "from": {"ttl": 3600, "data": ["203.0.113.11", "203.0.113.12"]},
///       "to": {"ttl": 300, "data": ["203.0.113.21"]}
///     }
///   ]
/// }
/// ```
///
/// - `action` is `update`, or `prove_permission`: then `from` and `to` are alike, and the program
///   shows that it could write, best by writing the set as it is, and changes nothing.
/// - `type` is `A`, `AAAA`, `SRV` or `CNAME`. `ttl` is in seconds. `data` is never empty; each
///   element is in the form of a zone file with full names without the last dot, such as
///   `0 0 5061 sip.contoso.com`. Its order means nothing.
/// - `from` is what the set must be right now, data and TTL; null: there must be none, and no
///   CNAME at the name. `to` is what it must be afterwards; null: none. Names beside it and other
///   types of the name stay as they are.
/// - Keys may be added; `version` changes if one must change its meaning.
///
/// **The program itself must check every `from` right before it writes**, best with a
/// precondition of its provider's, and must carry out all changes or none: nobody else guards
/// what another person has changed in the meantime. Its exit code is its answer:
///
/// | exit code | meaning |
/// |---|---|
/// | 0 | done |
/// | 3 | some `from` did not hold; nothing was changed |
/// | 4, and 128 or above | it is not known whether the changes were carried out |
/// | any other | refused; nothing was changed |
///
/// A program that was ended by a signal, or that runs beyond its time, may have acted. The last
/// line of its standard error goes into messages, alerts and the journal: it must not hold a
/// secret. Its standard output is thrown away. `PATH` is its only variable; it runs in `/`, in a
/// process group of its own that is killed when it ends or its time is over.
public struct ExecUpdater: DNSUpdater {
    private let program: Subprogram

    /// Makes an updater.
    ///
    /// - Parameters:
    ///   - command: an absolute path, then arguments; no shell is involved. Arguments can be seen
    ///     by every user of the host: they hold no secret.
    ///   - timeout: for one run; then comes SIGTERM. Default: 30 s, because some providers write
    ///     slowly.
    ///   - grace: how long after SIGTERM comes SIGKILL. Default: 2 s.
    public init(
        command: [String],
        timeout: Duration = .seconds(30),
        grace: Duration = .seconds(2)
    ) {
        precondition(command.first?.hasPrefix("/") == true, "the program's path is not absolute")
        program = Subprogram(
            command: command,
            timeout: timeout,
            grace: grace,
            kept: .endOfErrors
        )
    }

    /// Has the program carry out all changes, each guarded by its `from`.
    ///
    /// - Throws: `DNSFailure`; `rejected` with `recordSetMissing` when the program says that a
    ///   guard did not hold, `rejected` alone when it refuses, `timeout` when it was ended,
    ///   `cannotSend` when it did not run. `mayHaveActed` is false only where that is certain, or
    ///   where the program vouches for it.
    public func update(_ changes: [DNSChange], in zone: DNSZone) async throws(DNSFailure) {
        precondition(!changes.isEmpty, "an update changes something")
        try await run(.update, changes, in: zone)
    }

    /// Has the program show that it may write the set, which stays as it is.
    ///
    /// - Throws: `DNSFailure` as ``update(_:in:)``.
    public func provePermission(
        with existing: RecordSet,
        in zone: DNSZone
    ) async throws(DNSFailure) {
        let change = DNSChange(
            zone: zone.key,
            name: existing.name,
            type: existing.type,
            from: existing,
            to: existing
        )
        try await run(.provePermission, [change], in: zone)
    }

    private func run(
        _ action: HookRequest.Action,
        _ changes: [DNSChange],
        in zone: DNSZone
    ) async throws(DNSFailure) {
        let failing = HookFailures(zone: zone, program: program)
        for change in changes {
            if let fault = zone.fault(in: change) { throw failing.unsent(fault) }
        }
        let input: [UInt8]
        do {
            input = try HookRequest(action, changes, in: zone).json()
        } catch {
            throw failing.unsent("it cannot be written as JSON")
        }
        let report: Subprogram.Report
        do throws(Subprogram.Failure) {
            report = try await program.run(input: input)
        } catch {
            throw failing.notRun(error)
        }
        try failing.judge(report)
    }
}
