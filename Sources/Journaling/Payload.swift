import FailoverCore
import FailoverEngine
import Foundation

/// What a row holds: a value as JSON with sorted keys.
enum Payload {
    /// Encodes a value.
    ///
    /// - Throws: `other` when the value has no JSON form, which is a fault of ours.
    static func encode(_ value: some Encodable, for row: String) throws(JournalFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw JournalFailure(code: .other, message: "\(row) cannot be encoded: \(error)")
        }
    }

    /// Decodes a value.
    ///
    /// - Throws: `corrupt`, naming the row.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from text: String,
        row: String,
        file: String
    ) throws(JournalFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw .corrupt(row, file: file, words(for: error))
        } catch {
            throw .corrupt(row, file: file, "\(error)")
        }
    }

    private static func words(for error: DecodingError) -> String {
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context),
            .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty
                ? context.debugDescription : "\(context.debugDescription) (at \(path))"
        @unknown default:
            return "\(error)"
        }
    }
}
