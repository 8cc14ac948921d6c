import Configuring
import Foundation

/// A question on the terminal, asked until the answer can be used.
enum Question {
    /// Asks for a text.
    ///
    /// - Parameters:
    ///   - question: without a colon.
    ///   - suggestion: what Enter takes; nil for nothing.
    ///   - problem: says what is wrong with an answer.
    /// - Returns: a good answer.
    /// - Throws: `declined` when the person stops.
    static func ask(
        _ question: String,
        default suggestion: String?,
        _ problem: (String) -> String?
    ) throws(CommandFailure) -> String {
        while true {
            let hint = suggestion.map { " [\($0)]" } ?? ""
            let typed = try Terminal.line(question + hint)
            let answer = typed.isEmpty ? suggestion ?? "" : typed
            guard !answer.isEmpty else {
                Output.error("There is no answer that could be taken for granted here.")
                continue
            }
            guard let why = problem(answer) else { return answer }
            Output.errorSentence(why)
        }
    }

    /// Asks for a text of a kind.
    static func ask(
        _ question: String,
        _ kind: AnswerKind,
        default suggestion: String?
    ) throws(CommandFailure) -> String {
        try ask(question, default: suggestion) { kind.problem(with: $0) }
    }

    /// Asks for a server, by its name or its https address.
    ///
    /// - Parameters:
    ///   - question: without a colon.
    ///   - suggestion: what Enter takes; nil for nothing.
    ///   - word: what is no server and taken too.
    /// - Returns: its address, or that word.
    /// - Throws: `declined` when the person stops.
    static func address(
        _ question: String,
        default suggestion: String?,
        besides word: String? = nil
    ) throws(CommandFailure) -> String {
        let text = try ask(question, default: suggestion) { text in
            text == word ? nil : FrontEndText.problem(withAddress: text)
        }
        return text == word ? text : FrontEndText.address(text)
    }

    /// Asks for one of some words, in whatever case it is typed.
    ///
    /// - Parameters:
    ///   - question: without a colon.
    ///   - words: the words.
    ///   - suggestion: what Enter takes; nil for nothing.
    ///   - isListed: whether the person was told the words before.
    /// - Returns: one of the words.
    /// - Throws: `declined` when the person stops.
    static func choice(
        _ question: String,
        of words: [String],
        default suggestion: String?,
        isListed: Bool = false
    ) throws(CommandFailure) -> String {
        func word(_ text: String) -> String? {
            words.first { $0.caseInsensitiveCompare(text) == .orderedSame }
        }
        let list = words.joined(separator: ", ")
        let whole = isListed ? question : "\(question) (\(list))"
        let answer = try ask(whole, default: suggestion.flatMap(word)) { text in
            word(text) == nil ? "It is one of: \(list)." : nil
        }
        return word(answer) ?? answer
    }

    /// Asks for one of an option's values, by its word.
    ///
    /// - Parameters:
    ///   - question: without a colon.
    ///   - suggestion: what Enter takes.
    ///   - isListed: whether the person was told the words before.
    /// - Returns: one of the values.
    /// - Throws: `declined` when the person stops.
    static func option<Option: RawRepresentable<String> & CaseIterable>(
        _ question: String,
        default suggestion: Option,
        isListed: Bool = false
    ) throws(CommandFailure) -> Option {
        let word = try choice(
            question,
            of: Option.allCases.map(\.rawValue),
            default: suggestion.rawValue,
            isListed: isListed
        )
        return Option(rawValue: word) ?? suggestion
    }

    /// Asks for a file that can be read.
    ///
    /// - Parameters:
    ///   - question: without a colon.
    ///   - kind: which paths are taken.
    ///   - suggestion: what Enter takes; nil for nothing.
    ///   - word: what is no file and taken too.
    /// - Returns: its path, or that word.
    /// - Throws: `declined` when the person stops.
    static func file(
        _ question: String,
        _ kind: AnswerKind = .path,
        default suggestion: String?,
        besides word: String? = nil
    ) throws(CommandFailure) -> String {
        try ask(question, default: suggestion) { text in
            if text == word { return nil }
            if let problem = kind.problem(with: text) { return problem }
            return FileManager.default.isReadableFile(atPath: text)
                ? nil : "\(text) is not there, or cannot be read."
        }
    }

    /// Asks for a yes or a no.
    static func yes(_ question: String, default suggestion: Bool) throws(CommandFailure) -> Bool {
        try choice(question, of: ["yes", "no"], default: suggestion ? "yes" : "no") == "yes"
    }
}
