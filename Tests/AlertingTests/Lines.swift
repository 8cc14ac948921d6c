import Foundation
import Synchronization

/// The lines that a program writes, as it writes them; at most 1,000 wait to be read.
func lines(of pipe: Pipe) -> AsyncStream<String> {
    let (lines, line) = AsyncStream.makeStream(
        of: String.self,
        bufferingPolicy: .bufferingOldest(1_000)
    )
    let rest = Mutex("")
    pipe.fileHandleForReading.readabilityHandler = { handle in
        let data = handle.availableData
        guard !data.isEmpty else {
            handle.readabilityHandler = nil
            line.finish()
            return
        }
        rest.withLock { rest in
            rest += String(decoding: data, as: UTF8.self)
            while let end = rest.firstIndex(of: "\n") {
                line.yield(String(rest[..<end]))
                rest = String(rest[rest.index(after: end)...])
            }
        }
    }
    return lines
}
