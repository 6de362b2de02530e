/// The version of this program.
public enum ProgramVersion {
    /// Semantic version (https://semver.org).
    public static let text = "0.1.0"
}
