import JSON
import WireAPI

extension Channel {
    /// Writes a value as JSON: indented for a person, on one line for a program.
    func json(_ value: some WireValue) throws {
        guard isTerminal else { return line(String(decoding: value.serialized(), as: UTF8.self)) }
        line(JSONValue.indented(try JSONValue(parsing: value.serialized(), limits: .source)))
    }
}

extension JSONValue {
    /// The value over several lines, two spaces a level.
    static func indented(_ value: JSONValue, by margin: String = "") -> String {
        let inner = margin + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + indented($0, by: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + margin + "]"
        case .object(let object) where !object.isEmpty:
            let lines = object.map {
                "\(inner)\(JSONValue.string($0.name)): \(indented($0.value, by: inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + margin + "}"
        default:
            return value.description
        }
    }
}
