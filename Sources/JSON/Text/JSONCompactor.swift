/// Copies JSON text without the white space between its tokens; names, strings and numbers stay byte for byte.
public enum JSONCompactor {
    /// Writes the compact form of `text`, which must be one value with nothing but white space around it, to the start
    /// of `output`, and returns its length; `output` needs as many bytes as `text` has, else `tooLarge` is thrown.
    /// Also throws `malformed`, `tooDeep`, `invalidUTF8`, `truncated` and `trailing`; repeated names are never looked
    /// for. On an error what is in `output` means nothing.
    public static func write(
        _ text: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer, limits: JSONLimits = .source
    ) throws(JSONError) -> Int {
        let room = min(output.count, limits.maxBytes ?? .max)
        guard text.count <= room else {
            throw JSONError(.tooLarge, offset: room, detail: "the text is longer than \(room) bytes")
        }
        let view = text.bindMemory(to: UInt8.self)
        let value = try bounds(of: view, limits: limits)
        guard let bytes = view.baseAddress, let target = output.bindMemory(to: UInt8.self).baseAddress else { return 0 }
        return copy(bytes, value, to: target)
    }

    /// Where the one value lies in the text.
    private static func bounds(of view: ByteView, limits: JSONLimits) throws(JSONError) -> Range<Int> {
        var machine = TextMachine(limits: limits, copies: false)
        var nothing: [UInt8] = []
        var start = 0
        while start < view.count, Byte.isWhitespace(view[start]) { start += 1 }
        guard let bytes = view.baseAddress,
            let end = try machine.advance(bytes, from: start, to: view.count, into: &nothing)
        else {
            try machine.finish(at: view.count)
            return start..<view.count
        }
        for index in end..<view.count where !Byte.isWhitespace(bytes[index]) {
            throw JSONError(.trailing, offset: index, detail: "something follows the value")
        }
        return start..<end
    }

    /// Copies text that is known to be valid; returns how many bytes are left of it.
    private static func copy(
        _ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var length = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == Byte.quote {
                let end = endOfString(bytes, from: index, to: range.upperBound)
                (target + length).update(from: bytes + index, count: end &- index)
                length &+= end &- index
                index = end
            } else {
                target[length] = byte
                length &+= Byte.isWhitespace(byte) ? 0 : 1
                index &+= 1
            }
        }
        return length
    }

    /// The place after the quote that ends the string whose first quote is at `start`.
    @inline(__always)
    private static func endOfString(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start &+ 1
        while true {
            index = ByteScan.quoteOrBackslash(bytes, from: index, to: end)
            if index >= end { return end }
            if bytes[index] == Byte.quote { return index &+ 1 }
            index = min(index &+ 2, end)
        }
    }
}
