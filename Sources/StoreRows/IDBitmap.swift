/// A set of record ids: chunks of 4,096 bits for those ranges that have any. A million ids in a row take 128 KiB.
package struct IDBitmap {
    private static let wordsPerChunk = 64

    private var places: [Int64: Int] = [:]
    private var words: [UInt64] = []
    package private(set) var count = 0

    package init() {}

    package mutating func insert(_ id: Int64) {
        let place = place(of: id >> 12) + Int((id >> 6) & 63)
        let bit: UInt64 = 1 << UInt64(id & 63)
        if words[place] & bit == 0 {
            words[place] |= bit
            count += 1
        }
    }

    package mutating func remove(_ id: Int64) {
        guard let chunk = places[id >> 12] else { return }
        let place = chunk + Int((id >> 6) & 63)
        let bit: UInt64 = 1 << UInt64(id & 63)
        if words[place] & bit != 0 {
            words[place] &= ~bit
            count -= 1
        }
    }

    package func contains(_ id: Int64) -> Bool {
        guard let chunk = places[id >> 12] else { return false }
        return words[chunk + Int((id >> 6) & 63)] & (1 << UInt64(id & 63)) != 0
    }

    private mutating func place(of chunk: Int64) -> Int {
        if let place = places[chunk] { return place }
        let place = words.count
        words.append(contentsOf: repeatElement(0, count: Self.wordsPerChunk))
        places[chunk] = place
        return place
    }
}
