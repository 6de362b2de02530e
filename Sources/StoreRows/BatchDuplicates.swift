package import Domain

/// Which items of a batch are overruled by a later one of the same key.
package enum BatchDuplicates {
    /// Places of the overruled items; empty, without allocating, for a batch whose keys ascend.
    package static func overruled(in items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) -> Set<Int> {
        ascends(items, bytes) ? [] : search(items, bytes)
    }

    /// Places of the items that no later one overrules, in their order.
    package static func lasting(in items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) -> [Int] {
        let overruled = overruled(in: items, bytes)
        return overruled.isEmpty ? Array(items.indices) : items.indices.filter { !overruled.contains($0) }
    }

    /// Whether each key lies behind the one before it.
    package static func ascends(_ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) -> Bool {
        for place in items.indices.dropFirst() {
            guard compare(items[place - 1], items[place], bytes) < 0 else { return false }
        }
        return true
    }

    /// One pass over an open-addressed table of places, at most half full.
    private static func search(_ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer) -> Set<Int> {
        var size = 16
        while size < items.count * 2 { size *= 2 }
        var table = [Int32](repeating: -1, count: size)
        var overruled: Set<Int> = []
        for place in items.indices {
            var slot = hash(items[place], bytes) & (size - 1)
            while table[slot] >= 0, compare(items[Int(table[slot])], items[place], bytes) != 0 {
                slot = (slot + 1) & (size - 1)
            }
            if table[slot] >= 0 { overruled.insert(Int(table[slot])) }
            table[slot] = Int32(place)
        }
        return overruled
    }

    /// Seeded for each process, so a source can't choose keys that collide.
    private static func hash(_ item: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes[item.keyRange]))
        return hasher.finalize()
    }

    private static func compare(
        _ left: RecordBatch.Item, _ right: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer
    ) -> Int {
        UnsafeRawBufferPointer(rebasing: bytes[left.keyRange])
            .compared(to: UnsafeRawBufferPointer(rebasing: bytes[right.keyRange]))
    }
}
