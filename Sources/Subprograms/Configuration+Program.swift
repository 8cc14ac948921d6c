import Subprocess
import SystemPackage

extension Configuration {
    /// A program in a session and process group of its own, in `/`, with the given variables
    /// alone.
    init(_ command: [String], environment: [String: String], teardown: [TeardownStep]) {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = teardown
        self.init(
            executable: .path(FilePath(command[0])),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(
                environment.reduce(into: [Environment.Key: String]()) { variables, variable in
                    guard let key = Environment.Key(rawValue: variable.key) else { return }
                    variables[key] = variable.value
                }
            ),
            workingDirectory: "/",
            platformOptions: options
        )
    }
}
