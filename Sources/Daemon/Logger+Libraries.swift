import Logging

extension Logger {
    /// For servers that we use: what they tell of their own work at `info` is nothing to act on.
    ///
    /// Whoever asks for `debug` gets all of it.
    var forLibraries: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
