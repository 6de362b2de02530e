import JSON
import WireAPI

extension Channel {
    /// Writes a value as JSON: indented for a person, on one line for a program.
    func json(_ value: some WireValue) throws {
        guard isTerminal else { return line(String(decoding: value.serialized(), as: UTF8.self)) }
        line(try JSONValue(parsing: value.serialized(), limits: .source).indented())
    }
}
