/// Which streams of a command are merged into which (MS-PSRP 2.2.3.12 and 2.2.3.31).
///
/// This client merges nothing: every stream comes as its own kind of event. Others' requests are
/// read with what they ask.
public struct StreamMerges: Hashable, Sendable {
    /// A stream, or a destination of one.
    public enum Target: Int32, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case none = 0
        /// Output.
        case output = 1
        /// Errors.
        case error = 2
        /// Warnings.
        case warning = 3
        /// Verbose texts.
        case verbose = 4
        /// Debug texts.
        case debug = 5
        /// Information records.
        case information = 6
        /// Every stream.
        case all = 7
        /// Thrown away.
        case null = 8

        var name: String {
            let text = "\(self)"
            return text.prefix(1).uppercased() + text.dropFirst()
        }
    }

    /// `MergeMyResult`: the stream that is merged, as PowerShell 2 says it.
    public internal(set) var myResult = Target.none
    /// `MergeToResult`: where it goes.
    public internal(set) var toResult = Target.none
    /// `MergePreviousResults`: what is taken of the commands before.
    public internal(set) var previousResults = Target.none
    /// Where errors go; protocol 2.2 and later, as the next three.
    public internal(set) var error = Target.none
    /// Where warnings go.
    public internal(set) var warning = Target.none
    /// Where verbose texts go.
    public internal(set) var verbose = Target.none
    /// Where debug texts go.
    public internal(set) var debug = Target.none
    /// Where information records go; protocol 2.3 and later.
    public internal(set) var information = Target.none

    /// Every stream by itself.
    public init() {}

    private static var first: [(String, WritableKeyPath<StreamMerges, Target>)] {
        [
            ("MergeMyResult", \.myResult), ("MergeToResult", \.toResult),
            ("MergePreviousResults", \.previousResults),
        ]
    }

    private static var later: [(String, WritableKeyPath<StreamMerges, Target>)] {
        [
            ("MergeError", \.error), ("MergeWarning", \.warning), ("MergeVerbose", \.verbose),
            ("MergeDebug", \.debug), ("MergeInformation", \.information),
        ]
    }

    /// Reads a command's properties; what is missing, as in older protocols, merges nothing.
    init(_ command: CLIXMLValue) throws(PSRPError) {
        for (name, path) in Self.first + Self.later {
            guard let value = command[property: name], !value.isNull else { continue }
            guard let number = value.integerValue.flatMap(Int32.init(exactly:)),
                let target = Target(rawValue: number)
            else { throw PSRPError(.malformedMessage, "a command's '\(name)' is not known") }
            self[keyPath: path] = target
        }
    }

    /// The properties that stand before a command's arguments.
    var firstProperties: [CLIXMLProperties.Property] { properties(Self.first[...]) }

    /// The properties that stand after them, as far as a protocol version has them.
    func laterProperties(for version: ProtocolVersion) -> [CLIXMLProperties.Property] {
        if version < .two2 { return [] }
        return properties(version < .two3 ? Self.later.dropLast() : Self.later[...])
    }

    private func properties(
        _ parts: ArraySlice<(String, WritableKeyPath<StreamMerges, Target>)>
    ) -> [CLIXMLProperties.Property] {
        parts.map { name, path in
            let target = self[keyPath: path]
            return .init(
                name,
                .enumeration(
                    "System.Management.Automation.Runspaces.PipelineResultTypes",
                    target.rawValue,
                    name: target.name
                )
            )
        }
    }
}
