/// The layers, from below: a target imports only from layers below its own.
enum Layer: Int {
    /// Decides; imports nothing but the standard library.
    case pure
    /// Tries the pure layer on organisations that there are not; as pure as it.
    case simulation
    /// Drives the pure layer, and owns the ports.
    case engine
    /// Carries: implements the ports. Adapters never import each other, save `Curl` and
    /// `Subprograms`.
    case adapter
    /// The composition root.
    case daemon
    /// The command line.
    case binary
    /// Doubles that tests share.
    case kit
}

/// A row of the table of layers: a folder below `Sources`, and all that it may import.
struct LayerRow {
    let folder: String
    let layer: Layer
    /// Other targets of this package.
    let targets: Set<String>
    /// Modules of packages, of the toolchain and of the system.
    let modules: Set<String>

    init(
        _ folder: String,
        _ layer: Layer,
        targets: Set<String> = [],
        modules: Set<String> = []
    ) {
        self.folder = folder
        self.layer = layer
        self.targets = targets
        self.modules = modules
    }
}

/// Who may import what.
///
/// The build does not check this: an undeclared import of a sibling target
/// passes once that target has been built, and one of Foundation always does.
enum Layers {
    static let table: [LayerRow] = [
        LayerRow("FailoverCore", .pure),
        LayerRow("PSRP", .pure),
        LayerRow("Simulating", .simulation, targets: ["FailoverCore"]),
        LayerRow(
            "FailoverEngine",
            .engine,
            targets: ["FailoverCore"],
            modules: ["Crypto", "Logging", "Synchronization"]
        ),
        LayerRow("CCurl", .adapter),
        LayerRow("CLDNS", .adapter),
        LayerRow(
            "Curl",
            .adapter,
            targets: ["CCurl", "FailoverCore"],
            modules: ["Dispatch", "Glibc", "Synchronization"]
        ),
        LayerRow(
            "Subprograms",
            .adapter,
            modules: ["Glibc", "Subprocess", "Synchronization", "SystemPackage"]
        ),
        LayerRow(
            "Configuring",
            .adapter,
            targets: ["FailoverCore"],
            modules: ["Foundation", "Glibc", "Yams"]
        ),
        LayerRow(
            "Probing",
            .adapter,
            targets: ["FailoverCore", "FailoverEngine"],
            modules: [
                "Crypto", "FoundationEssentials", "Glibc", "NIOCore", "NIOPosix", "NIOSSL",
                "NIOTLS", "SwiftASN1", "Synchronization", "X509",
            ]
        ),
        LayerRow(
            "DNSUpdating",
            .adapter,
            targets: ["CLDNS", "FailoverCore", "FailoverEngine", "Subprograms"],
            modules: [
                "FoundationEssentials", "Glibc", "NIOCore", "NIOPosix", "Synchronization",
            ]
        ),
        LayerRow(
            "PowerShellRemoting",
            .adapter,
            targets: ["Curl", "FailoverCore", "FailoverEngine", "PSRP", "Subprograms"],
            modules: ["Synchronization"]
        ),
        LayerRow(
            "Journaling",
            .adapter,
            targets: ["FailoverCore", "FailoverEngine"],
            modules: ["Crypto", "Dispatch", "Foundation", "GRDB", "Glibc"]
        ),
        LayerRow(
            "Alerting",
            .adapter,
            targets: ["Curl", "FailoverCore", "FailoverEngine", "Subprograms"],
            modules: [
                "Crypto", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization",
            ]
        ),
        LayerRow(
            "ControlAPI",
            .adapter,
            targets: ["Curl", "FailoverCore", "FailoverEngine"],
            modules: [
                "Crypto", "Foundation", "Glibc", "HTTPTypes", "Hummingbird", "HummingbirdTLS",
                "Logging", "Mustache", "NIOCore", "NIOSSL", "ServiceLifecycle",
            ]
        ),
        LayerRow(
            "Daemon",
            .daemon,
            targets: [
                "Alerting", "Configuring", "ControlAPI", "Curl", "DNSUpdating", "FailoverCore",
                "FailoverEngine", "Journaling", "PowerShellRemoting", "Probing",
            ],
            modules: [
                "Glibc", "Logging", "NIOPosix", "ServiceLifecycle", "Synchronization",
                "UnixSignals",
            ]
        ),
        LayerRow(
            "edgewarden",
            .binary,
            targets: [
                "Configuring", "ControlAPI", "DNSUpdating", "Daemon", "FailoverCore",
                "FailoverEngine", "Probing", "Simulating",
            ],
            modules: [
                "ArgumentParser", "Foundation", "Glibc", "Logging", "NIOPosix", "Synchronization",
            ]
        ),
        LayerRow(
            "FailoverTestKit",
            .kit,
            targets: ["FailoverCore", "FailoverEngine"],
            modules: ["Dispatch", "Synchronization"]
        ),
    ]

    /// Rows that contradict the direction of the layers.
    static func contradictions(in table: [LayerRow]) -> [String] {
        let rows = Dictionary(
            table.map { ($0.folder, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var found: [String] = []
        for row in table {
            if row.layer == .simulation, !row.modules.isEmpty {
                found.append("\(row.folder) is pure and imports no module")
            }
            if row.layer == .pure, !row.targets.isEmpty || !row.modules.isEmpty {
                found.append("\(row.folder) is pure and imports nothing")
            }
            for name in row.targets.sorted() {
                guard let other = rows[name] else {
                    found.append("\(row.folder) names \(name), which is not in the table")
                    continue
                }
                let isBelow = other.layer.rawValue < row.layer.rawValue
                let isShared = ["Curl", "CCurl", "CLDNS", "Subprograms"].contains(name)
                guard isBelow || (row.layer == .adapter && isShared) else {
                    found.append("\(row.folder) may not import \(name): it is not below")
                    continue
                }
            }
            for name in row.modules.sorted() where rows[name] != nil {
                found.append("\(row.folder) lists the target \(name) among the modules")
            }
        }
        return found
    }

    /// Imports that the table forbids, and targets that it lacks.
    static func violations(in sources: [SwiftSource], table: [LayerRow]) -> [Finding] {
        let rows = Dictionary(
            table.map { ($0.folder, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return sources.flatMap { source -> [Finding] in
            guard let row = rows[source.target] else {
                let message = "the target \(source.target) is not in the table of layers"
                return [Finding(path: source.path, line: 1, message: message)]
            }
            return Imports.all(in: source)
                .filter { !row.targets.contains($0.module) && !row.modules.contains($0.module) }
                .map { found in
                    Finding(
                        path: source.path,
                        line: found.line,
                        message: "\(row.folder) (\(row.layer)) may not import \(found.module)"
                    )
                }
        }
    }

    /// What the table allows and no file uses: a door left open.
    static func unusedEntries(in sources: [SwiftSource], table: [LayerRow]) -> [String] {
        let imports = Dictionary(grouping: sources, by: \.target)
            .mapValues { Set($0.flatMap(Imports.all).map(\.module)) }
        return table.flatMap { row in
            row.targets.union(row.modules)
                .subtracting(imports[row.folder] ?? [])
                .sorted()
                .map { "\(row.folder) may import \($0), and does not" }
        }
    }
}
