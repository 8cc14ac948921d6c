import Curl
import Synchronization

/// Deletes shells whose command failed or was cancelled.
///
/// The failed task may itself be cancelled, and its caller must not wait for a server that hangs;
/// so the deletions run in tasks of their own, which this object owns and `drain()` awaits.
final class ShellCleaner: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
    }

    /// Deletions at once; what is above is left to the shell's idle time-out.
    private static let tasksMax = 16
    /// The longest wait for one deletion.
    private static let timeout = Duration.seconds(10)

    private let client: HTTPClient
    private let state = Mutex(State())

    init(client: HTTPClient) {
        self.client = client
    }

    /// Begins to delete a shell.
    func delete(_ shell: RemoteShell) {
        state.withLock { state in
            guard state.tasks.count < Self.tasksMax else { return }
            let number = state.next
            state.next += 1
            // The shell's own connection may still be ending its cancelled request.
            let transport = WSManTransport(
                endpoint: shell.transport.endpoint,
                client: client,
                cookies: shell.transport.cookies
            )
            // Owned: kept here until it ends, and awaited by `drain()`.
            state.tasks[number] = Task {
                // A shell that cannot be deleted ends by its idle time-out.
                _ = try? await transport.send(.delete(shell: shell.id), within: Self.timeout)
                self.state.withLock { _ = $0.tasks.removeValue(forKey: number) }
            }
        }
    }

    /// Waits until all deletions are over.
    func drain() async {
        while let task = state.withLock({ $0.tasks.first?.value }) {
            await task.value
        }
    }
}
