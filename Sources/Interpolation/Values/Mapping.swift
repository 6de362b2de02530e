/// A dictionary that keeps the order in which its keys came. Keys are mostly strings, but Python's other hashable kinds
/// too; equal keys are one (`1`, `1.0` and `True`).
///
/// Looking up a key is linear in mappings of up to 64 entries and hashed in larger ones.
public struct Mapping: Sendable {
    /// One key and its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public let key: Value
        /// The value.
        public internal(set) var value: Value

        /// Makes an entry.
        public init(key: Value, value: Value) {
            self.key = key
            self.value = value
        }
    }

    private static let largestUnhashed = 64

    /// The entries in order.
    public private(set) var entries: [Entry] = []
    /// Where each key is; empty while the mapping is small.
    private var places: [Value: Int] = [:]

    /// Makes an empty mapping.
    public init() {}

    /// Makes a mapping of entries; of two with equal keys the first keeps its place and key, and the last gives the
    /// value.
    public init(_ entries: some Sequence<(Value, Value)>) {
        for (key, value) in entries { self[key] = value }
    }

    /// How many entries there are.
    public var count: Int { entries.count }

    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The keys in order.
    public var keys: [Value] { entries.map(\.key) }

    /// The values in order.
    public var values: [Value] { entries.map(\.value) }

    /// The value of a key. Setting puts a new key last and leaves a known one in its place; nil removes it.
    public subscript(key: Value) -> Value? {
        get { place(of: key).map { entries[$0].value } }
        set {
            let place = place(of: key)
            if let newValue {
                set(newValue, for: key, at: place)
            } else if let place {
                remove(at: place)
            }
        }
    }

    /// The value of a key that is a string; see the other subscript.
    public subscript(name: String) -> Value? {
        get { place(of: name).map { entries[$0].value } }
        set {
            let place = place(of: name)
            if let newValue {
                set(newValue, for: .string(name), at: place)
            } else if let place {
                remove(at: place)
            }
        }
    }

    /// Whether the key is there.
    public func contains(_ key: Value) -> Bool { place(of: key) != nil }

    /// Removes the entry of a key and returns its value; nil if there is none. Linear in the mapping's size.
    @discardableResult
    public mutating func remove(_ key: Value) -> Value? {
        guard let place = place(of: key) else { return nil }
        let value = entries[place].value
        remove(at: place)
        return value
    }

    /// Makes room for so many entries.
    public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Puts in all entries of another mapping, whose values win.
    public mutating func merge(_ other: Mapping) {
        if isEmpty {
            self = other
            return
        }
        for entry in other.entries { self[entry.key] = entry.value }
    }

    private func place(of key: Value) -> Int? {
        if case .string(let name) = key { return place(of: name) }
        if !places.isEmpty { return places[key] }
        return entries.firstIndex { $0.key == key }
    }

    private func place(of name: String) -> Int? {
        if !places.isEmpty { return places[.string(name)] }
        return entries.firstIndex { entry in
            guard case .string(let key) = entry.key else { return false }
            return key.isExactly(name)
        }
    }

    private mutating func set(_ value: Value, for key: Value, at place: Int?) {
        if let place {
            entries[place].value = value
            return
        }
        entries.append(Entry(key: key, value: value))
        if !places.isEmpty {
            places[key] = entries.count - 1
        } else if entries.count > Self.largestUnhashed {
            index()
        }
    }

    private mutating func remove(at place: Int) {
        entries.remove(at: place)
        places.removeAll()
        if entries.count > Self.largestUnhashed { index() }
    }

    private mutating func index() {
        for (place, entry) in entries.enumerated() { places[entry.key] = place }
    }
}

extension Mapping: Hashable {
    /// Whether both have equal keys with equal values, in whatever order.
    public static func == (left: Mapping, right: Mapping) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds the hasher without regard to the order of entries.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for entry in entries { sum ^= entry.hashValue }
        hasher.combine(sum)
    }
}

extension Mapping: ExpressibleByDictionaryLiteral, Sequence {
    /// Makes a mapping; of two entries with equal keys the last one's value wins.
    public init(dictionaryLiteral elements: (Value, Value)...) { self.init(elements) }

    /// Goes through the entries in order.
    public func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}

extension String {
    /// Whether both are the same code points. Swift's `==` goes by Unicode equivalence, Python's by code points.
    @inline(__always)
    func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count, self == other else { return false }
        return utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8)
    }
}
