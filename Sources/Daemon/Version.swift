/// The program's version, as `--version`, the journal and the API say it.
public enum Version {
    /// Semantic version.
    public static let text = "0.1.0"
}
