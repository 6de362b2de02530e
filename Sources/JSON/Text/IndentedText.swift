extension JSONValue {
    /// The value as text for people, two spaces a level.
    ///
    /// - Parameters:
    ///   - width: Arrays and objects whose text is at most so many characters stay on one line; 0 = none does.
    ///   - margin: What stands before every line but the first.
    public func indented(width: Int = 0, margin: String = "") -> String {
        let inner = margin + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            if let line = line(within: width) { return line }
            let lines = elements.map { inner + $0.indented(width: width, margin: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + margin + "]"
        case .object(let object) where !object.isEmpty:
            if let line = line(within: width) { return line }
            let lines = object.map {
                "\(inner)\(JSONValue.string($0.name)): \($0.value.indented(width: width, margin: inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + margin + "}"
        default:
            return description
        }
    }

    private func line(within width: Int) -> String? {
        guard width > 0 else { return nil }
        let line = spaced
        return line.count <= width ? line : nil
    }

    /// The value on one line, with a space behind commas and colons.
    private var spaced: String {
        switch self {
        case .array(let elements): "[" + elements.map(\.spaced).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.map { "\(JSONValue.string($0.name)): \($0.value.spaced)" }.joined(separator: ", ") + "}"
        default: description
        }
    }
}
