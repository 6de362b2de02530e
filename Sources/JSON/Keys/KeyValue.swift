/// One value of a key, read from its JSON text.
enum KeyValue {
    case bool(Bool)
    case number(Decimal)
    /// The decoded bytes; half of a surrogate pair is kept as three bytes (WTF-8).
    case string([UInt8])

    /// Reads the text of one value, which must be valid and without white space around it.
    init(_ text: ByteView) throws(JSONKeyError.Code) {
        guard let first = text.first else { throw .malformed }
        switch first {
        case Byte.quote: self = .string(try Self.string(text))
        case UInt8(ascii: "t"): self = .bool(true)
        case UInt8(ascii: "f"): self = .bool(false)
        case UInt8(ascii: "n"): throw .null
        case Byte.beginArray, Byte.beginObject: throw .unsupported
        case Byte.minus, 0x30...0x39:
            guard let number = Decimal(literal: text) else { throw .unsupported }
            self = .number(number)
        default: throw .malformed
        }
    }

    private static func string(_ text: ByteView) throws(JSONKeyError.Code) -> [UInt8] {
        guard text.count >= 2, text.last == Byte.quote else { throw .malformed }
        let inside = ByteView(rebasing: text[1..<text.count - 1])
        var decoded: [UInt8] = []
        decoded.reserveCapacity(inside.count)
        guard EscapedText.decode(inside, lone: .kept, into: &decoded) else { throw .malformed }
        return decoded
    }
}

/// The readable form of a key: a JSON array.
enum CanonicalKey {
    static func append(_ values: [KeyValue], to output: inout [UInt8]) {
        output.append(Byte.beginArray)
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(Byte.comma) }
            append(value, to: &output)
        }
        output.append(Byte.endArray)
    }

    private static func append(_ value: KeyValue, to output: inout [UInt8]) {
        switch value {
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let number): number.appendCanonical(to: &output)
        case .string(let bytes): append(bytes, to: &output)
        }
    }

    /// Writes a string; half of a surrogate pair becomes an escape again, as UTF-8 has no form for it.
    private static func append(_ text: [UInt8], to output: inout [UInt8]) {
        output.append(Byte.quote)
        var start = 0
        text.withUnsafeBufferPointer { view in
            while let place = Surrogates.first(in: view, from: start) {
                QuotedText.appendInside(ByteView(rebasing: view[start..<place]), to: &output)
                output.append(Byte.backslash)
                QuotedText.appendHex(Surrogates.unit(view, at: place), to: &output)
                start = place + 3
            }
            QuotedText.appendInside(ByteView(rebasing: view[start...]), to: &output)
        }
        output.append(Byte.quote)
    }
}

/// Halves of surrogate pairs in WTF-8: `ED`, then `A0` to `BF`, then a continuation byte.
enum Surrogates {
    static func first(in text: ByteView, from start: Int) -> Int? {
        var index = start
        while index + 2 < text.count {
            if text[index] == 0xED, text[index + 1] >= 0xA0 { return index }
            index += 1
        }
        return nil
    }

    static func unit(_ text: ByteView, at index: Int) -> UInt16 {
        0xD000 | UInt16(text[index + 1] & 0x3F) << 6 | UInt16(text[index + 2] & 0x3F)
    }
}
