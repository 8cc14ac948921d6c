import Foundation
import Testing

/// The commands of the guides, run as they stand there.
extension LabTests {
    @Test(arguments: ["operators-guide.md"])
    func `what a guide shows is what its commands print`(page: String) async throws {
        let number = Lab.number == 60 ? 61 : Lab.number + 10
        let played = try await run(
            Lab.root.path + "/scripts/guide",
            [Lab.root.path + "/docs/" + page, "--program", Lab.program],
            environment: [
                "LAB_ID": "\(number)", "LAB_STATE": "/var/tmp/edgewarden-guide-\(number)",
            ]
        )
        #expect(played.status == 0, "\(played.output)")
    }
}
