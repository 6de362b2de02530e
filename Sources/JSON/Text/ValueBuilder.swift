/// Builds a value from text that `TextMachine` has found valid; its depth is bounded by `JSONLimits.deepest`.
struct ValueBuilder {
    private let text: ByteView
    private let allowsDuplicateNames: Bool
    private var index = 0

    init(text: ByteView, allowsDuplicateNames: Bool) {
        self.text = text
        self.allowsDuplicateNames = allowsDuplicateNames
    }

    /// Builds the value at the current place; throws only `duplicateName`.
    mutating func build() throws(JSONError) -> JSONValue {
        switch peek() {
        case Byte.quote: return .string(string())
        case Byte.beginObject: return .object(try object())
        case Byte.beginArray: return .array(try array())
        case UInt8(ascii: "t"): return word(4, .bool(true))
        case UInt8(ascii: "f"): return word(5, .bool(false))
        case UInt8(ascii: "n"): return word(4, .null)
        default: return .number(number())
        }
    }

    /// The next byte that isn't white space; 0 at the end, which valid text doesn't reach.
    private mutating func peek() -> UInt8 {
        while index < text.count, Byte.isWhitespace(text[index]) { index += 1 }
        return index < text.count ? text[index] : 0
    }

    private mutating func word(_ length: Int, _ value: JSONValue) -> JSONValue {
        index += length
        return value
    }

    private mutating func number() -> JSONNumber {
        let start = index
        var end = index
        while end < text.count, Self.isOfNumber(text[end]) { end += 1 }
        index = end
        return JSONNumber(unchecked: String(decoding: ByteView(rebasing: text[start..<end]), as: UTF8.self))
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, Byte.minus, Byte.plus, Byte.point, 0x45, 0x65: true
        default: false
        }
    }

    private mutating func string() -> String {
        guard let bytes = text.baseAddress else { return "" }
        let start = index + 1
        var hasEscapes = false
        var end = start
        while true {
            end = ByteScan.quoteOrBackslash(bytes, from: end, to: text.count)
            guard end < text.count, bytes[end] == Byte.backslash else { break }
            hasEscapes = true
            end = min(end + 2, text.count)
        }
        index = end + 1
        return EscapedText.string(ByteView(rebasing: text[start..<end]), hasEscapes: hasEscapes)
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        index += 1
        if peek() == Byte.endArray { return ended(elements) }
        while true {
            do {
                elements.append(try build())
            } catch {
                throw error.inside(String(elements.count))
            }
            if peek() != Byte.comma { return ended(elements) }
            index += 1
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        var object = JSONObject()
        index += 1
        if peek() == Byte.endObject { return ended(object) }
        while true {
            try member(of: &object)
            if peek() != Byte.comma { return ended(object) }
            index += 1
            _ = peek()
        }
    }

    private mutating func member(of object: inout JSONObject) throws(JSONError) {
        let place = index
        let name = string()
        _ = peek()
        index += 1
        do {
            let value = try build()
            if object.insert(name, value) { return }
            if allowsDuplicateNames {
                object[name] = value
                return
            }
        } catch {
            throw error.inside(name)
        }
        throw JSONError(.duplicateName, offset: place, detail: "an object repeats a member's name").inside(name)
    }

    private mutating func ended<Container>(_ container: Container) -> Container {
        index += 1
        return container
    }
}
