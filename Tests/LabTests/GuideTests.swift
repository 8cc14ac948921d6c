import Foundation
import Testing

/// The commands of the pages that are played on the lab, run as they stand there.
extension LabTests {
    @Test func `what the pages show is what their commands print`() async throws {
        let number = Lab.number == 60 ? 61 : Lab.number + 10
        let played = try await run(
            Lab.root.path + "/scripts/guide",
            ["--program", Lab.program],
            environment: [
                "LAB_ID": "\(number)", "LAB_STATE": "/var/tmp/edgewarden-guide-\(number)",
            ]
        )
        #expect(played.status == 0, "\(played.output)")
    }
}
