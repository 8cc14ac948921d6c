import Foundation

/// Reads the text of a file, within bounds.
struct ConfigurationFile {
    let path: String
    let findings: Findings

    /// The text; nil when it cannot be had, which is then reported.
    func read() -> String? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return report("there is no such file")
        }
        if isDirectory.boolValue { return report("it is a directory") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            return report("it cannot be opened; is the user allowed to read it?")
        }
        // Closing a file that was only read cannot lose anything.
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: YAMLSource.maximumBytes + 1) ?? Data()
        } catch {
            return report("it cannot be read (\(error.localizedDescription))")
        }
        guard data.count <= YAMLSource.maximumBytes else {
            return report(
                "it is larger than \(YAMLSource.maximumBytes / 1_024) KiB; is it an agent.conf?"
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            return reportBrokenText(data)
        }
        return text
    }

    private func report(_ why: String) -> String? {
        findings.error(.unreadable, at: nil, "the configuration cannot be read: \(why)")
        return nil
    }

    /// Says in which line the first byte is that is not UTF-8.
    private func reportBrokenText(_ data: Data) -> String? {
        let line = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }
        findings.error(
            .unreadable,
            at: line.map { Position(line: $0 + 1, column: 1) },
            "the file is not UTF-8 text; save it as UTF-8"
        )
        return nil
    }
}
