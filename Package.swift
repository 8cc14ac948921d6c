// swift-tools-version: 6.2
import PackageDescription

/// `scripts/test` tries what is released: EDGEWARDEN_TESTABLE=1 lets tests look into optimised modules.
let testable: [SwiftSetting] =
    Context.environment["EDGEWARDEN_TESTABLE"] == "1"
    ? [.unsafeFlags(["-enable-testing"], .when(configuration: .release))] : []

/// Every target is built alike: Swift 6 mode, the upcoming features of the house style, warnings as errors.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + testable

/// What is tried is optimised, the tests themselves are not: that would take longer than they run.
let testSettings =
    settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// The released program brings Swift's runtime with it.
///
/// Its objects name what they need of the dynamic Foundation; the static one consists of more archives.
let isReleased = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
let runtime: [LinkerSetting] =
    [.unsafeFlags(["-static-stdlib"], isReleased)]
    + [
        "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections",
        "swiftSynchronization",
    ].map { .linkedLibrary($0, isReleased) }

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let unixSignals: Target.Dependency = .product(
    name: "UnixSignals",
    package: "swift-service-lifecycle"
)
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)

let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "edgewarden",
    products: [
        .executable(name: "edgewarden", targets: ["edgewarden"]),
        // PowerShell remoting's protocol by itself: docs/psrp.md.
        .library(name: "PSRP", targets: ["PSRP"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Layer 0: pure
        .target(name: "FailoverCore", swiftSettings: settings),
        .target(name: "PSRP", swiftSettings: settings),
        .target(name: "Simulating", dependencies: ["FailoverCore"], swiftSettings: settings),
        // Layer 1: the engine and its ports
        .target(
            name: "FailoverEngine",
            dependencies: ["FailoverCore", logging, crypto],
            swiftSettings: settings
        ),
        // Layer 2: adapters; they never import each other, save Curl and Subprograms
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
        .target(name: "Curl", dependencies: ["CCurl", "FailoverCore"], swiftSettings: settings),
        .target(name: "Subprograms", dependencies: [subprocess, system], swiftSettings: settings),
        .target(
            name: "Configuring",
            dependencies: ["FailoverCore", yams],
            swiftSettings: settings
        ),
        .target(
            name: "Probing",
            dependencies: [
                "FailoverCore", "FailoverEngine", nio, nioPosix, nioTLS, nioSSL, x509, asn1, crypto,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DNSUpdating",
            dependencies: [
                "CLDNS", "FailoverCore", "FailoverEngine", "Subprograms", nio, nioPosix,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "PowerShellRemoting",
            dependencies: ["Curl", "FailoverCore", "FailoverEngine", "PSRP", "Subprograms"],
            swiftSettings: settings
        ),
        .target(
            name: "Journaling",
            dependencies: ["FailoverCore", "FailoverEngine", grdb, crypto],
            swiftSettings: settings
        ),
        .target(
            name: "Alerting",
            dependencies: [
                "Curl", "FailoverCore", "FailoverEngine", "Subprograms", logging, crypto,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ControlAPI",
            dependencies: [
                "Curl", "FailoverCore", "FailoverEngine", hummingbird, hummingbirdTLS, mustache,
                httpTypes, nio, nioSSL, crypto, logging, lifecycle,
            ],
            swiftSettings: settings
        ),
        // Layer 3: the composition root
        .target(
            name: "Daemon",
            dependencies: [
                "FailoverCore", "FailoverEngine", "Curl", "Configuring", "Probing",
                "DNSUpdating", "PowerShellRemoting", "Journaling", "Alerting", "ControlAPI",
                logging, lifecycle, unixSignals, nioPosix,
            ],
            swiftSettings: settings
        ),
        // Layer 4: the binary
        .executableTarget(
            name: "edgewarden",
            dependencies: [
                "FailoverCore", "FailoverEngine", "Configuring", "Probing", "DNSUpdating",
                "ControlAPI", "Daemon", "Simulating", argumentParser, logging, nioPosix,
            ],
            swiftSettings: settings,
            linkerSettings: runtime
        ),
        // Tests
        .target(
            name: "FailoverTestKit",
            dependencies: ["FailoverCore", "FailoverEngine"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FailoverCoreTests",
            dependencies: ["FailoverCore"],
            exclude: ["Runbook/Transcripts"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "FailoverEngineTests",
            dependencies: ["FailoverCore", "FailoverEngine", "FailoverTestKit", logging],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "SimulatingTests",
            dependencies: ["FailoverCore", "Simulating"],
            exclude: ["Transcripts"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "PSRPTests",
            dependencies: ["PSRP", yams],
            resources: [.copy("Vectors")],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "CurlTests",
            dependencies: ["Curl", "FailoverCore"],
            exclude: ["Peers"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "SubprogramsTests",
            dependencies: ["Subprograms"],
            exclude: ["Peers"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "ConfiguringTests",
            dependencies: ["Configuring", "FailoverCore"],
            exclude: ["Invalid", "Valid"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "ProbingTests",
            dependencies: [
                "FailoverCore", "FailoverEngine", "Probing", nio, nioPosix, nioTLS, nioSSL, x509,
                asn1, crypto,
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "DNSUpdatingTests",
            dependencies: ["DNSUpdating", "FailoverCore", "FailoverEngine", nio, nioPosix],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "PowerShellRemotingTests",
            dependencies: [
                "PowerShellRemoting", "Curl", "FailoverCore", "FailoverEngine", "PSRP", yams,
            ],
            exclude: ["Peers"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "JournalingTests",
            dependencies: ["Journaling", "FailoverCore", "FailoverEngine", grdb, crypto],
            exclude: ["Older"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "AlertingTests",
            dependencies: [
                "Alerting", "Curl", "FailoverCore", "FailoverEngine", "Journaling", logging,
                crypto,
            ],
            exclude: ["Peers", "Vectors"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "ControlAPI", "FailoverCore", "FailoverEngine", "FailoverTestKit", nio, nioPosix,
                nioHTTP1, nioSSL,
            ],
            exclude: ["Grammar", "Terminal"],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "WindowsKitTests",
            dependencies: ["FailoverCore", "FailoverEngine", "FailoverTestKit"],
            exclude: ["Reading"],
            swiftSettings: testSettings
        ),
        .testTarget(name: "TidyTests", swiftSettings: testSettings),
        .testTarget(
            name: "LabTests",
            dependencies: ["ControlAPI", "FailoverCore", "FailoverEngine", "Journaling"],
            exclude: ["Resources"],
            swiftSettings: testSettings
        ),
    ]
)

// Benchmarks join the package only when asked for: EDGEWARDEN_BENCHMARKS=1 (Benchmarks/run does).
if Context.environment["EDGEWARDEN_BENCHMARKS"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "ProbeCost",
            dependencies: ["FailoverCore", "FailoverEngine", "Probing"],
            path: "Benchmarks/ProbeCost",
            swiftSettings: settings
        )
    )
    package.targets.append(
        .executableTarget(
            name: "CoreEvents",
            dependencies: ["FailoverCore"],
            path: "Benchmarks/CoreEvents",
            swiftSettings: settings
        )
    )
}
