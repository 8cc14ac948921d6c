import Testing

/// Seconds that a test waits for what has to come: more than the agent's minute between two tries,
/// and enough for a busy machine.
private let patience = 120

/// Looks until something is so; fails when it is not within the time.
///
/// Real servers take their own time, so looking again and again is the only way to wait for them.
/// The pause only spares the processor: no test depends on its length.
func eventually(
    _ what: @autoclosure () -> String,
    within seconds: Int = patience,
    pause: Duration = .milliseconds(100),
    at location: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .seconds(seconds))
    while clock.now < deadline {
        if try await holds() { return }
        try await Task.sleep(for: pause)
    }
    if try await holds() { return }
    Issue.record("not within \(seconds) s: \(what())", sourceLocation: location)
    throw NotInTime()
}

/// Looks again and again whether something stays as it is for that long.
func stays(
    _ what: @autoclosure () -> String,
    for seconds: Double,
    at location: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .milliseconds(Int(seconds * 1_000)))
    while clock.now < deadline {
        guard try await holds() else {
            Issue.record("no longer so: \(what())", sourceLocation: location)
            throw NotInTime()
        }
        try await Task.sleep(for: .milliseconds(200))
    }
}

struct NotInTime: Error {}
