/// A JSON pointer (RFC 6901): names the place of a value within a document. The empty pointer is the whole document.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The unescaped tokens, outermost first.
    public let tokens: [String]

    /// Makes a pointer of unescaped tokens.
    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Parses a pointer such as `/config/a~1b`; nil unless it is empty or starts with `/` and escapes only `~0` `~1`.
    public init?(parsing text: String) {
        guard !text.utf8.isEmpty else {
            self.init()
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let head = parts.first, head.isEmpty else { return nil }
        var tokens: [String] = []
        for part in parts.dropFirst() {
            guard let token = Self.unescape(part) else { return nil }
            tokens.append(token)
        }
        self.init(tokens)
    }

    /// The pointer as text, tokens escaped.
    public var description: String { tokens.map { "/" + Self.escape($0) }.joined() }

    /// This pointer with one more token.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// This pointer with an array's index.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// A token with `~` and `/` escaped.
    public static func escape(_ token: String) -> String {
        var bytes: [UInt8] = []
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes.append(contentsOf: "~0".utf8)
            case UInt8(ascii: "/"): bytes.append(contentsOf: "~1".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ part: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = part.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.next() {
            case Byte.zero: bytes.append(UInt8(ascii: "~"))
            case Byte.zero + 1: bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// The value at a place; nil where there is none. An array's token is an index without leading zeros.
    public subscript(pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            let next: JSONValue? =
                switch value {
                case .object(let object): object[token]
                case .array: Int(token).flatMap { String($0) == token ? value[$0] : nil }
                default: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
