import CCurl
import Glibc
import Synchronization

/// One `curl_multi` handle on one thread of its own.
///
/// libcurl's handles may not be used by two threads at once, and its callbacks run inside it; so
/// nothing but the thread's own functions (see `TransferLoopThread`) touches a handle. Everyone
/// else puts commands into the mailbox and wakes the thread.
final class TransferLoop: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>

    enum Command {
        case start(TransferID, HTTPRequest, SessionID?, CheckedContinuation<Outcome, Never>)
        case cancel(TransferID)
        case closeSession(SessionID)
    }

    struct TransferID: Sendable, Hashable {
        let number: UInt64
    }

    struct SessionID: Sendable, Hashable {
        let number: UInt64
    }

    /// What is known of a transfer outside the thread, so that a cancellation finds it in whatever
    /// state.
    private enum Place {
        /// Numbered; its start has not been posted yet.
        case reserved
        /// Cancelled before its start was posted.
        case cancelledEarly
        /// Posted: the thread will answer it.
        case posted
    }

    private enum Phase {
        case running
        case stopping
        case stopped
    }

    private struct Mailbox {
        var phase = Phase.running
        /// Nil before the thread has made it and after it has freed it; for waking only.
        var multi: WakeHandle?
        /// Bounded: a start and a cancel per transfer, a close per session.
        var commands: [Command] = []
        var transfers: [TransferID: Place] = [:]
        var nextNumber: UInt64 = 0
        var waitingForStop: [CheckedContinuation<Void, Never>] = []

        mutating func number() -> UInt64 {
            nextNumber += 1
            return nextNumber
        }

        /// Waking is a non-blocking write to a pipe; the lock keeps the handle alive meanwhile.
        func wake() {
            if let multi { _ = curl_multi_wakeup(multi.pointer) }
        }
    }

    private let mailbox = Mutex(Mailbox())
    private let transfersMax: Int

    /// Starts the thread.
    ///
    /// It ends by `stop()` alone.
    init(transfersMax: Int) throws(HTTPFailure) {
        self.transfersMax = transfersMax
        guard Library.isReady else {
            throw HTTPFailure(code: .library, message: "libcurl could not be initialised.")
        }
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                let loop = Unmanaged<TransferLoop>.fromOpaque(raw).takeRetainedValue()
                TransferLoop.blockSignals()
                TransferLoopThread.run(loop)
                return nil
            },
            reference.toOpaque()
        )
        guard status == 0 else {
            reference.release()
            throw HTTPFailure(
                code: .library,
                message: "No thread for HTTP: \(String(cString: strerror(status)))."
            )
        }
        pthread_detach(thread)
    }

    // MARK: From any task

    func newSession() -> SessionID {
        SessionID(number: mailbox.withLock { $0.number() })
    }

    func closeSession(_ id: SessionID) {
        mailbox.withLock {
            guard $0.phase == .running else { return }
            $0.commands.append(.closeSession(id))
            $0.wake()
        }
    }

    func perform(
        _ request: HTTPRequest,
        in session: SessionID?
    ) async throws(HTTPFailure)
        -> HTTPResponse
    {
        let id = try reserve()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                post(id, request, session, continuation)
            }
        } onCancel: {
            cancel(id)
        }
        return try outcome.get()
    }

    private func reserve() throws(HTTPFailure) -> TransferID {
        let id: Result<TransferID, HTTPFailure> = mailbox.withLock {
            guard $0.phase == .running else { return .failure(.shutDown) }
            guard $0.transfers.count < transfersMax else {
                return .failure(
                    HTTPFailure(
                        code: .busy,
                        message: "\(transfersMax) HTTP requests are under way already."
                    )
                )
            }
            let id = TransferID(number: $0.number())
            $0.transfers[id] = .reserved
            return .success(id)
        }
        return try id.get()
    }

    private func post(
        _ id: TransferID,
        _ request: HTTPRequest,
        _ session: SessionID?,
        _ continuation: CheckedContinuation<Outcome, Never>
    ) {
        let refusal: HTTPFailure? = mailbox.withLock {
            if $0.transfers[id] == .cancelledEarly {
                $0.transfers[id] = nil
                return .cancelled(mayHaveBeenReceived: false)
            }
            guard $0.phase == .running else {
                $0.transfers[id] = nil
                return .shutDown
            }
            $0.transfers[id] = .posted
            $0.commands.append(.start(id, request, session, continuation))
            $0.wake()
            return nil
        }
        if let refusal { continuation.resume(returning: .failure(refusal)) }
    }

    private func cancel(_ id: TransferID) {
        mailbox.withLock {
            switch $0.transfers[id] {
            case .reserved:
                $0.transfers[id] = .cancelledEarly
            case .posted:
                $0.commands.append(.cancel(id))
                $0.wake()
            case .cancelledEarly, nil:
                break
            }
        }
    }

    /// Orders the thread to end, without waiting.
    func stop() {
        mailbox.withLock {
            guard $0.phase == .running else { return }
            $0.phase = .stopping
            $0.wake()
        }
    }

    /// Orders the thread to end and waits until every transfer is answered and every handle freed.
    func stopAndWait() async {
        stop()
        await withCheckedContinuation { continuation in
            let isStopped = mailbox.withLock {
                if $0.phase == .stopped { return true }
                $0.waitingForStop.append(continuation)
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    // MARK: From the thread alone

    /// Makes the handle known, so that others can wake the thread.
    func attach(_ multi: WakeHandle) {
        mailbox.withLock { $0.multi = multi }
    }

    /// Takes what has been posted; `isStopping` stays true once it is.
    func takeCommands() -> (commands: [Command], isStopping: Bool) {
        mailbox.withLock {
            let commands = $0.commands
            $0.commands = []
            return (commands, $0.phase != .running)
        }
    }

    func finish(
        _ id: TransferID,
        _ continuation: CheckedContinuation<Outcome, Never>,
        _ outcome: Outcome
    ) {
        mailbox.withLock { $0.transfers[id] = nil }
        continuation.resume(returning: outcome)
    }

    /// After this nobody wakes the handle, so that it can be freed.
    ///
    /// Nothing is posted any more either.
    func detach() {
        mailbox.withLock {
            $0.phase = $0.phase == .running ? .stopping : $0.phase
            $0.multi = nil
        }
    }

    func ended() {
        let waiting = mailbox.withLock {
            $0.phase = .stopped
            let waiting = $0.waitingForStop
            $0.waitingForStop = []
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Signals are the main program's; and SIGPIPE, blocked here, cannot be raised by a write of
    /// libcurl's.
    private static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
    }
}

/// The loop's multi handle, for `curl_multi_wakeup` alone, which libcurl allows from any thread.
///
/// Unchecked, because a pointer says nothing of threads; the guard is the mailbox's lock: it is
/// held while waking, and `detach` clears the mailbox's copy under it before the handle is freed.
struct WakeHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

/// libcurl's global state: made once, never torn down.
enum Library {
    static let isReady = ccurl_global_init() == CURLE_OK
}

extension HTTPFailure {
    static let shutDown = HTTPFailure(code: .shutDown, message: "The HTTP client was shut down.")

    static func cancelled(mayHaveBeenReceived: Bool) -> HTTPFailure {
        HTTPFailure(
            code: .cancelled,
            message: "The request was cancelled.",
            requestMayHaveBeenReceived: mayHaveBeenReceived
        )
    }
}
