/// A metric with its samples, in Prometheus' text format 0.0.4.
struct MetricFamily {
    /// How its values behave.
    enum Kind: String {
        case gauge, counter
    }

    /// One value and what it is of.
    struct Sample {
        var labels: KeyValuePairs<String, String>
        var value: Double
    }

    var name: String
    var help: String
    var kind: Kind
    var samples: [Sample]

    init(
        _ name: String,
        _ kind: Kind = .gauge,
        help: String,
        _ samples: [Sample]
    ) {
        self.name = "edgewarden_" + name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// One sample without labels.
    init(_ name: String, _ kind: Kind = .gauge, help: String, value: Double) {
        self.init(name, kind, help: help, [Sample(labels: [:], value: value)])
    }

    /// Its lines; none without samples.
    var text: String {
        if samples.isEmpty { return "" }
        let lines = samples.map { sample in
            let labels = sample.labels.map { "\($0)=\"\(MetricFamily.escaped($1))\"" }
            let set = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            return "\(name)\(set) \(MetricFamily.number(sample.value))\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines.joined()
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n",
            with: "\\n"
        )
    }
}
