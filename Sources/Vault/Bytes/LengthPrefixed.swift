/// A list of texts as bytes that no other list gives: before each part its length, 32 bits, big end first.
enum LengthPrefixed {
    static func bytes(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            let count = UInt32(clamping: part.count)
            bytes.append(contentsOf: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) })
            bytes.append(contentsOf: part)
        }
        return bytes
    }
}
