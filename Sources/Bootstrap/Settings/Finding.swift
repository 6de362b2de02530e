/// One line of the doctor's checklist.
public struct Finding: Sendable, Hashable {
    /// What was looked at.
    public var name: String
    /// Whether it is as it should be.
    public var isOK: Bool
    /// What was found; no secrets.
    public var detail: String
    /// What to do about it; nil where nothing is to be done.
    public var hint: String?

    /// Makes a finding.
    public init(name: String, isOK: Bool, detail: String, hint: String? = nil) {
        self.name = name
        self.isOK = isOK
        self.detail = detail
        self.hint = hint
    }
}
