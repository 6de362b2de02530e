/// Writes text as a JSON string with as few escapes as RFC 8259 allows: quote, backslash and controls only.
enum QuotedText {
    static func append(_ text: String, to output: inout [UInt8]) {
        let fast: Void? = text.utf8.withContiguousStorageIfAvailable { append($0, to: &output) }
        if fast == nil { Array(text.utf8).withUnsafeBufferPointer { append($0, to: &output) } }
    }

    /// Appends `text`, which is UTF-8 without quotes around it.
    static func append(_ text: ByteView, to output: inout [UInt8]) {
        output.append(Byte.quote)
        appendInside(text, to: &output)
        output.append(Byte.quote)
    }

    static func appendInside(_ text: ByteView, to output: inout [UInt8]) {
        guard let bytes = text.baseAddress else { return }
        var index = 0
        while index < text.count {
            let run = ByteScan.endOfSafeText(bytes, from: index, to: text.count)
            output.append(contentsOf: ByteView(start: bytes + index, count: run - index))
            if run == text.count { return }
            appendEscape(bytes[run], to: &output)
            index = run + 1
        }
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(Byte.backslash)
        switch byte {
        case Byte.quote, Byte.backslash: output.append(byte)
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        default: appendHex(UInt16(byte), to: &output)
        }
    }

    /// Appends `uXXXX` with lower-case digits; the backslash is there already.
    static func appendHex(_ unit: UInt16, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 0xF)
            output.append(digit < 10 ? Byte.zero + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
