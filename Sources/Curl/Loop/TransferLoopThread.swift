import CCurl

/// What runs on the loop's thread: the only owner of libcurl's handles.
struct TransferLoopThread: ~Copyable {
    private let loop: TransferLoop
    private let multi: UnsafeMutableRawPointer
    private var transfers: [TransferLoop.TransferID: Transfer] = [:]
    /// By the address of its easy handle.
    private var byHandle: [UnsafeMutableRawPointer: TransferLoop.TransferID] = [:]
    private var sessions: [TransferLoop.SessionID: ConnectionPool] = [:]

    /// Idle connections kept for requests outside of sessions; a few webhook receivers need no
    /// more.
    private static let idleConnectionsMax = 16

    /// libcurl wakes by itself for its own timers and sockets; this is only the longest idle sleep.
    private static let idlePollMilliseconds: CInt = 60_000

    static func run(_ loop: TransferLoop) {
        if let multi = curl_multi_init() {
            _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, idleConnectionsMax)
            loop.attach(WakeHandle(pointer: multi))
            var thread = TransferLoopThread(loop: loop, multi: multi)
            thread.work()
            curl_multi_cleanup(multi)
        } else {
            loop.detach()
            refuseAll(loop)
        }
        loop.ended()
    }

    private init(loop: TransferLoop, multi: UnsafeMutableRawPointer) {
        self.loop = loop
        self.multi = multi
    }

    private mutating func work() {
        while true {
            let (commands, isStopping) = loop.takeCommands()
            for command in commands { obey(command) }
            if isStopping { break }
            var running: CInt = 0
            let code = curl_multi_perform(multi, &running)
            collectFinished()
            // A failing multi handle fails for all, for lack of memory; end rather than spin.
            guard code == CURLM_OK,
                curl_multi_poll(multi, nil, 0, Self.idlePollMilliseconds, nil) == CURLM_OK
            else { break }
        }
        loop.detach()
        for id in Array(transfers.keys) { end(id, .failure(.shutDown)) }
        Self.refuseAll(loop)
        sessions = [:]
    }

    /// Answers what was posted between the last look and the end.
    private static func refuseAll(_ loop: TransferLoop) {
        for case .start(let id, _, _, let continuation) in loop.takeCommands().commands {
            loop.finish(id, continuation, .failure(.shutDown))
        }
    }

    private mutating func obey(_ command: TransferLoop.Command) {
        switch command {
        case .start(let id, let request, let session, let continuation):
            start(id, request, session, continuation)
        case .cancel(let id):
            guard let transfer = transfers[id] else { return }
            end(id, .failure(.cancelled(mayHaveBeenReceived: transfer.requestWasBegun)))
        case .closeSession(let id):
            for (transfer, running) in transfers where running.session == id {
                end(transfer, .failure(.sessionClosed))
            }
            sessions[id] = nil
        }
    }

    private mutating func start(
        _ id: TransferLoop.TransferID,
        _ request: HTTPRequest,
        _ session: TransferLoop.SessionID?,
        _ continuation: CheckedContinuation<TransferLoop.Outcome, Never>
    ) {
        do throws(HTTPFailure) {
            let pool = try connections(for: request, session)
            let transfer = try Transfer(request, pool: pool, session: session, continuation)
            guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                throw HTTPFailure(code: .library, message: "libcurl took no further request.")
            }
            transfers[id] = transfer
            byHandle[transfer.easy] = id
        } catch {
            loop.finish(id, continuation, .failure(error))
        }
    }

    /// Where the request may find a kept connection; nil: the multi handle's own.
    private mutating func connections(
        for request: HTTPRequest,
        _ session: TransferLoop.SessionID?
    ) throws(HTTPFailure) -> ConnectionPool? {
        guard let session else {
            return request.freshConnection ? try ConnectionPool() : nil
        }
        guard !transfers.values.contains(where: { $0.session == session }) else {
            throw HTTPFailure(
                code: .busy,
                message: "A request is under way on this HTTP session; it carries one at a time."
            )
        }
        if !request.freshConnection, let kept = sessions[session] { return kept }
        let pool = try ConnectionPool()
        sessions[session] = pool
        return pool
    }

    private mutating func collectFinished() {
        var code = CURLE_OK
        while let easy = ccurl_multi_next_done(multi, &code) {
            guard let id = byHandle[easy], let transfer = transfers[id] else { continue }
            end(id, transfer.outcome(code))
        }
    }

    private mutating func end(_ id: TransferLoop.TransferID, _ outcome: TransferLoop.Outcome) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        byHandle[transfer.easy] = nil
        curl_multi_remove_handle(multi, transfer.easy)
        loop.finish(id, transfer.continuation, outcome)
    }
}

/// Kept connections that only the transfers given this pool can use; they close with it.
///
/// Freed after the last easy handle that uses it, because each `Transfer` keeps a reference.
final class ConnectionPool {
    let share: UnsafeMutableRawPointer

    init() throws(HTTPFailure) {
        guard let share = curl_share_init(), ccurl_share_connections(share) == CURLSHE_OK else {
            throw HTTPFailure(code: .library, message: "libcurl had no memory for a session.")
        }
        self.share = share
    }

    deinit {
        curl_share_cleanup(share)
    }
}

extension HTTPFailure {
    static let sessionClosed = HTTPFailure(code: .shutDown, message: "The HTTP session was closed.")
}
