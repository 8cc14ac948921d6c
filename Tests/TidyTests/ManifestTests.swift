import Testing

@Suite
struct ManifestTests {
    @Test
    func `every folder of sources is a target of the manifest`() throws {
        let manifest = Manifest(text: try Repository.text("Package.swift"))
        #expect(manifest.missingTargets(folders: try Repository.folders(in: "Sources")).isEmpty)
    }

    @Test
    func `what a target imports is declared in the manifest`() throws {
        let manifest = Manifest(text: try Repository.text("Package.swift"))
        #expect(manifest.dependencies(of: "FailoverEngine")?.contains("Logging") == true)
        let found = manifest.undeclaredImports(in: try Repository.swiftFiles("Sources"))
        #expect(found.isEmpty, "\(found.listed)")
    }
}

/// That the checks above can fail.
@Suite
struct ManifestOnBadSamplesTests {
    private let manifest = Manifest(
        text: """
            let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
            let logging: Target.Dependency = .product(
                name: "Logging",
                package: "swift-log"
            )
            let package = Package(
                targets: [
                    .systemLibrary(
                        name: "CWires",
                        providers: [.apt(["libwires-dev"])]
                    ),
                    .target(name: "Core", swiftSettings: settings),
                    .target(
                        name: "Engine",
                        dependencies: [
                            "Core", logging,
                        ],
                        swiftSettings: settings
                    ),
                    .target(name: "Wiring", dependencies: ["CWires", nio], path: "Sources/Wires"),
                ]
            )
            """
    )

    @Test
    func `dependencies are read, by name and by short name`() {
        #expect(manifest.dependencies(of: "Core") == [])
        #expect(manifest.dependencies(of: "Engine") == ["Core", "Logging"])
        #expect(manifest.dependencies(of: "Wires") == ["CWires", "NIOCore"])
        #expect(manifest.dependencies(of: "Wiring") == nil)
    }

    @Test
    func `a folder that is no target is found`() {
        let folders = ["CWires", "Core", "Engine", "Novel", "Wires"]
        #expect(manifest.missingTargets(folders: folders) == ["Novel"])
    }

    @Test
    func `an import that is not declared is found`() {
        let text = "import Foundation\nimport Logging\nimport Core\nimport NIOCore\n"
        let sources = ["Engine", "Core"].map {
            SwiftSource(path: "Sources/\($0)/A.swift", text: text)
        }
        #expect(
            manifest.undeclaredImports(in: sources).map(\.description) == [
                "Sources/Core/A.swift:2: Package.swift does not let Core import Logging",
                "Sources/Core/A.swift:3: Package.swift does not let Core import Core",
                "Sources/Core/A.swift:4: Package.swift does not let Core import NIOCore",
                "Sources/Engine/A.swift:4: Package.swift does not let Engine import NIOCore",
            ]
        )
    }
}
