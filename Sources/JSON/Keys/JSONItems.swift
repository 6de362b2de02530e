/// Finds the items of one array straight in its text, without building values.
public enum JSONItems {
    /// Where each item is within `array`, which must be valid, as a `JSONElementScanner` gives it (white space is allowed);
    /// nil unless it is the text of an array. Of text that isn't valid the answer may be wrong but is safe.
    public static func ranges(in array: UnsafeRawBufferPointer) -> [Range<Int>]? {
        var walker = TextWalker(array.bindMemory(to: UInt8.self))
        guard walker.take(Byte.beginArray) else { return nil }
        var found: [Range<Int>] = []
        if walker.take(Byte.endArray) { return found }
        repeat {
            guard let item = walker.value() else { return nil }
            found.append(item)
        } while walker.take(Byte.comma)
        return walker.take(Byte.endArray) ? found : nil
    }

    /// Where each item is; see the other `ranges`. Ranges count from the slice's first byte.
    public static func ranges(in array: ArraySlice<UInt8>) -> [Range<Int>]? {
        array.withUnsafeBytes { ranges(in: $0) }
    }
}
