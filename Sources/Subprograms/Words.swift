import Subprocess

/// What a program says: all is read, so that a chatty one does not block, and a part is kept.
enum Words {
    static func first(of output: SubprocessOutputSequence) async -> [UInt8] {
        var kept: [UInt8] = []
        do {
            for try await part in output {
                part.withUnsafeBytes {
                    kept.append(contentsOf: $0.prefix(Subprogram.keptBytesMax - kept.count))
                }
            }
        } catch {
            // The words serve only to explain; how the program ends decides.
        }
        return kept
    }

    static func last(of output: SubprocessOutputSequence) async -> [UInt8] {
        var tail = Tail()
        do {
            for try await part in output {
                part.withUnsafeBytes { tail.append($0) }
            }
        } catch {
            // The words serve only to explain; how the program ends decides.
        }
        return tail.bytes
    }
}

/// The last part of what is said, however much that is.
struct Tail {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ part: some BidirectionalCollection<UInt8>) {
        bytes.append(contentsOf: part.suffix(Subprogram.keptBytesMax))
        bytes.removeFirst(max(0, bytes.count - Subprogram.keptBytesMax))
    }
}
