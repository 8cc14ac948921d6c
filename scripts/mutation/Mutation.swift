// Not part of the product: `scripts/mutants` puts this file into the copy that it tests.
import Glibc

/// Carries out the mutant that the environment chose; all others leave the code as it is written.
public enum Mutation {
    /// The mutant's number; none by default.
    static let chosen = getenv("MUTANT").flatMap { Int32(String(cString: $0)) } ?? -1

    /// One byte per mutant in a file shared with the campaign: set when its place was reached.
    nonisolated(unsafe) private static let reached: UnsafeMutablePointer<UInt8>? = {
        guard let path = getenv("MUTANTS_REACHED") else { return nil }
        let file = open(path, O_RDWR)
        let size = Int(lseek(file, 0, SEEK_END))
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            start != MAP_FAILED
        else { return nil }
        return start.assumingMemoryBound(to: UInt8.self)
    }()

    /// Whether one of these mutants was chosen.
    public static func on(_ numbers: Int32...) -> Bool {
        for number in numbers { reached?[Int(number)] = 1 }
        return numbers.contains(chosen)
    }

    /// A condition; inverted when this mutant was chosen.
    public static func flip(_ number: Int32, _ condition: Bool) -> Bool {
        on(number) ? !condition : condition
    }

    /// A list; empty when this mutant was chosen.
    public static func drop<List: RangeReplaceableCollection>(
        _ number: Int32,
        _ list: List
    ) -> List {
        on(number) ? List() : list
    }
}
