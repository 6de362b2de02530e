import Domain

// Text, bytes and UUIDs.
extension RowText {
    /// The longest text that isn't too long for a record.
    static let longest = RecordBatch.maxBodyBytes

    /// Puts a JSON string of a text in UTF-8.
    @inline(__always)
    mutating func string(_ value: ValueBytes) throws(ValueFault) {
        guard value.count <= Self.longest else { throw cut(value) }
        ensure(value.count &+ 16)
        put(UInt8(ascii: "\""))
        let plain = copyPlain(value)
        if plain < value.count { try escaped(value, from: plain) }
        put(UInt8(ascii: "\""))
    }

    /// Copies up to the first byte that needs a look, and returns its place.
    @inline(__always)
    private mutating func copyPlain(_ value: ValueBytes) -> Int {
        let target = UnsafeMutableRawPointer(end)
        var index = 0
        while index &+ 8 <= value.count {
            let word = value.start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            let marks = PlainText.marks(word)
            if marks != 0 { return stop(index &+ marks.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        let rest = value.count &- index
        if rest == 0 { return stop(index) }
        // A whole word where the row has one; what lies past the value isn't looked at and is written over.
        if value.start + index + 8 <= value.limit {
            let word = value.start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            let marks = PlainText.marks(word) & ((1 &<< UInt64(rest &* 8)) &- 1)
            return stop(marks != 0 ? index &+ marks.trailingZeroBitCount &>> 3 : value.count)
        }
        while index < value.count, PlainText.isPlain(value.bytes[index]) {
            bytes[count &+ index] = value.bytes[index]
            index &+= 1
        }
        return stop(index)
    }

    @inline(__always)
    private mutating func stop(_ length: Int) -> Int {
        count &+= length
        return length
    }

    /// Puts the rest of a text, of which the bytes before `start` are plain.
    @inline(never)
    private mutating func escaped(_ value: ValueBytes, from start: Int) throws(ValueFault) {
        guard PlainText.isUTF8(value.bytes + start, value.count - start) else { throw .notUTF8 }
        var index = start
        while true {
            let run = PlainText.endOfSafe(value.bytes, from: index, to: value.count)
            // The rest, an escape, and what the caller puts after it.
            ensure(value.count - index + 16)
            put(value.bytes + index, count: run - index)
            if run == value.count { return }
            guard count <= Self.longest else { throw .oversize }
            escape(value.bytes[run])
            index = run + 1
        }
    }

    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            put("u00")
            hex(byte)
        }
    }

    @inline(__always)
    mutating func hex(_ byte: UInt8) {
        let digits = ("0123456789abcdef" as StaticString).utf8Start
        put(digits[Int(byte &>> 4)])
        put(digits[Int(byte & 0xF)])
    }

    /// Puts the value of `"char"`: empty for 0, and above ASCII the octal escape that PostgreSQL 16 and later read.
    mutating func char(_ value: ValueBytes) throws(ValueFault) {
        let byte = try value.whole(as: UInt8.self)
        put(UInt8(ascii: "\""))
        switch byte {
        case 0: break
        case 1..<0x80: if PlainText.isPlain(byte) { put(byte) } else { escape(byte) }
        default:
            put("\\\\")
            for shift in [6, 3, 0] as [UInt8] { put(UInt8(ascii: "0") + byte >> shift & 7) }
        }
        put(UInt8(ascii: "\""))
    }

    mutating func uuid(_ value: ValueBytes) throws(ValueFault) {
        guard value.count == 16 else { throw .malformed }
        put(UInt8(ascii: "\""))
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { put(UInt8(ascii: "-")) }
            hex(value.bytes[index])
        }
        put(UInt8(ascii: "\""))
    }

    /// Puts base64 (RFC 4648 section 4).
    mutating func base64(_ value: ValueBytes) throws(ValueFault) {
        guard value.count <= Self.longest else { throw cut(value) }
        ensure((value.count + 2) / 3 * 4 + 16)
        let alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" as StaticString).utf8Start
        put(UInt8(ascii: "\""))
        var index = 0
        while index < value.count {
            let left = value.count &- index
            let first = UInt32(value.bytes[index]) &<< 16
            let second = left > 1 ? UInt32(value.bytes[index &+ 1]) &<< 8 : 0
            let word = first | second | (left > 2 ? UInt32(value.bytes[index &+ 2]) : 0)
            put(alphabet[Int(word &>> 18)])
            put(alphabet[Int(word &>> 12 & 63)])
            put(left > 1 ? alphabet[Int(word &>> 6 & 63)] : UInt8(ascii: "="))
            put(left > 2 ? alphabet[Int(word & 63)] : UInt8(ascii: "="))
            index &+= 3
        }
        put(UInt8(ascii: "\""))
    }

    /// Puts as much of a value as makes the row longer than a record may be, so that an excerpt shows its start.
    mutating func cut(_ value: ValueBytes) -> ValueFault {
        let length = min(value.count, max(0, Self.longest + 1 - count))
        ensure(length + 16)
        put(value.bytes, count: length)
        return .oversize
    }
}
