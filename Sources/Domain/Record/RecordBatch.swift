/// Records of one entity on their way from a connector to the store, in source order, in one block of memory.
///
/// Bounds: at most ``maxRecords`` records or ``maxBytes`` of keys and bodies. A record is two ranges of `bytes`, so a
/// batch of 10,000 costs a few allocations, not 20,000.
public struct RecordBatch: Sendable {
    public static let maxRecords = 10_000
    public static let maxBytes = 8 << 20
    /// The longest single body; a longer one is rejected.
    public static let maxBodyBytes = 8 << 20

    /// One record: where its key and body lie in `bytes`.
    public struct Item: Sendable {
        public var keyStart: Int
        public var keyLength: Int
        public var bodyLength: Int
        /// Hash of the body; zero until the batch is hashed.
        public var hash: ContentHash
        /// The source says that this record is gone; it has no body.
        public var isDeletion: Bool

        public var keyRange: Range<Int> { keyStart..<keyStart + keyLength }
        public var bodyRange: Range<Int> { keyStart + keyLength..<keyStart + keyLength + bodyLength }
    }

    public let entity: String
    /// Keys (ordered form, see `RecordKey`) and bodies (compact JSON object text).
    public private(set) var bytes: [UInt8] = []
    public var items: [Item] = []
    /// Items that can't become records; at most 10,000 a batch.
    public var rejects: [Reject] = []
    /// The state that is true once this batch is stored: opaque, at most 1 MiB; nil = unchanged.
    public var state: [UInt8]?
    /// Set on the entity's last batch.
    public var end: EntityEnd?

    public init(entity: String) { self.entity = entity }

    public var isFull: Bool { items.count + rejects.count >= Self.maxRecords || bytes.count >= Self.maxBytes }

    public mutating func reserveCapacity(records: Int, bytes count: Int) {
        items.reserveCapacity(records)
        bytes.reserveCapacity(count)
    }

    /// Adds one record; the closures append its key and its body to the block.
    public mutating func append(
        key: (inout [UInt8]) throws -> Void, body: (inout [UInt8]) throws -> Void
    ) rethrows {
        let start = bytes.count
        do {
            try key(&bytes)
            let keyEnd = bytes.count
            try body(&bytes)
            items.append(
                Item(
                    keyStart: start, keyLength: keyEnd - start, bodyLength: bytes.count - keyEnd, hash: .zero,
                    isDeletion: false))
        } catch {
            bytes.removeSubrange(start...)
            throw error
        }
    }

    /// Adds a deletion that the source itself reported.
    public mutating func appendDeletion(key: [UInt8]) {
        items.append(
            Item(keyStart: bytes.count, keyLength: key.count, bodyLength: 0, hash: .zero, isDeletion: true))
        bytes.append(contentsOf: key)
    }
}

/// 128 bits that tell two bodies apart.
public struct ContentHash: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static let zero = ContentHash(high: 0, low: 0)
}

/// How an entity's read ended.
public struct EntityEnd: Sendable, Hashable {
    /// Every record of the entity was met, from its first to its last.
    public var isComplete: Bool
    /// All that was read is one state of the source, so what is absent is gone (SYNC.md 6).
    public var isSnapshot: Bool

    public init(isComplete: Bool, isSnapshot: Bool) {
        self.isComplete = isComplete
        self.isSnapshot = isSnapshot
    }
}

/// An item that a source gave and that can't be stored.
public struct Reject: Sendable, Hashable {
    public static let maxExcerptBytes = 1024

    public var entity: String
    /// A dotted code: `record.key_missing`.
    public var reason: String
    /// Where and what, for a person: the start of the item, cut at ``maxExcerptBytes``.
    public var excerpt: String

    public init(entity: String, reason: String, excerpt: String) {
        self.entity = entity
        self.reason = reason
        self.excerpt = excerpt
    }
}
