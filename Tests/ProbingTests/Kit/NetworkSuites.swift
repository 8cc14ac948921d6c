import Testing

/// The suites that open connections, one test at a time.
///
/// All at once they would starve the two or three event loops of this process, and a probe that
/// waits for its own loop sees time-outs that no server has caused.
@Suite("Probes over a network", .serialized)
enum NetworkSuites {}
