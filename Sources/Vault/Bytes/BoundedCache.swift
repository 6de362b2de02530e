/// Keeps what was used last, at most `capacity` values, in constant time: two halves, of which the older is thrown away
/// when the younger is full, and a value found in the older moves to the younger.
package struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let half: Int
    private var younger: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    /// Makes an empty cache; `capacity` is at least 2.
    package init(capacity: Int) { half = max(capacity / 2, 1) }

    /// How many values there are; a value replaced while it was in the older half counts twice for a while.
    package var count: Int { younger.count + older.count }

    /// The value of `key`, which thereby counts as used.
    package mutating func value(for key: Key) -> Value? {
        if let value = younger[key] { return value }
        guard let value = older.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    /// Keeps a value, in place of an earlier one of the same key.
    package mutating func insert(_ value: Value, for key: Key) {
        if younger.count >= half, younger[key] == nil {
            older = younger
            younger = [:]
        }
        younger[key] = value
    }

    /// Forgets the value of `key`.
    package mutating func remove(_ key: Key) {
        younger[key] = nil
        older[key] = nil
    }

    /// Forgets every value whose key is chosen. Linear.
    package mutating func removeAll(where isChosen: (Key) -> Bool) {
        younger = younger.filter { !isChosen($0.key) }
        older = older.filter { !isChosen($0.key) }
    }
}
