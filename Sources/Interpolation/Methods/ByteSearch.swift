/// Finds a text in another in time proportional to both.
enum ByteSearch {
    /// Up to this length each place is simply tried.
    private static let longestTried = 8

    /// Where `part`, which isn't empty, begins first at or after `start`; nil if it isn't there.
    static func first(
        of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int = 0
    ) -> Int? {
        guard part.count <= text.count - start else { return nil }
        return part.count <= longestTried
            ? tried(part, text, start) : compared(part, text, start)
    }

    private static func tried(
        _ part: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> Int? {
        let first = part[0]
        var place = start
        let last = text.count - part.count
        while place <= last {
            if text[place] == first {
                var offset = 1
                while offset < part.count, text[place + offset] == part[offset] { offset += 1 }
                if offset == part.count { return place }
            }
            place += 1
        }
        return nil
    }

    /// Knuth, Morris and Pratt's way: no byte of the text is looked at twice.
    private static func compared(
        _ part: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> Int? {
        var borders = [Int](repeating: 0, count: part.count)
        var border = 0
        for place in 1..<part.count {
            while border > 0, part[place] != part[border] { border = borders[border - 1] }
            if part[place] == part[border] { border += 1 }
            borders[place] = border
        }
        var matched = 0
        for place in start..<text.count {
            while matched > 0, text[place] != part[matched] { matched = borders[matched - 1] }
            if text[place] == part[matched] { matched += 1 }
            if matched == part.count { return place - part.count + 1 }
        }
        return nil
    }
}
