extension Value {
    /// What Python's `str` gives: a string as it is, everything else as `repr` except times.
    public var text: String { if case .string(let text) = self { text } else { repr } }

    /// What Python's `repr` gives.
    public var repr: String { "" }
}

extension DateTime {
    /// `2025-06-15T12:34:56.789012+00:00`, as Python's `isoformat` has it.
    public func isoFormat(separator: Character = "T") -> String { date.isoFormat }
}
