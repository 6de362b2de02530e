/// Says why a text isn't acceptable JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// The text breaks the grammar of RFC 8259.
        case malformed
        /// Arrays and objects are nested more deeply than the limit.
        case tooDeep
        /// An object has two members of the same name.
        case duplicateName
        /// A string holds bytes that aren't UTF-8.
        case invalidUTF8
        /// The input ends inside a value.
        case truncated
        /// Something other than white space follows the value.
        case trailing
        /// The text, or one element of it, is longer than the limit.
        case tooLarge
    }

    /// Why the text was refused.
    public let code: Code
    /// The byte, counted from 0, at which the fault was noticed.
    public let offset: Int
    /// The RFC 6901 pointer of the member at fault; nil where it isn't known.
    public let pointer: String?
    /// What was wrong, in words that never echo the text itself.
    public let detail: String

    /// Makes an error; `detail` becomes part of the description.
    public init(_ code: Code, offset: Int, pointer: String? = nil, detail: String) {
        self.code = code
        self.offset = offset
        self.pointer = pointer
        self.detail = detail
    }

    /// One line for people: the detail, the byte and the pointer where there is one.
    public var description: String {
        let place = pointer.map { ", at \($0)" } ?? ""
        return "\(detail) (byte \(offset)\(place))"
    }

    func moved(by distance: Int) -> JSONError {
        JSONError(code, offset: offset + distance, pointer: pointer, detail: detail)
    }

    func inside(_ token: String) -> JSONError {
        JSONError(code, offset: offset, pointer: "/" + JSONPointer.escape(token) + (pointer ?? ""), detail: detail)
    }

    static func malformed(_ offset: Int, _ detail: String) -> JSONError {
        JSONError(.malformed, offset: offset, detail: detail)
    }
}
