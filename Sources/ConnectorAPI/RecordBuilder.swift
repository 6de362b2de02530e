public import Domain
import JSON

/// Fills batches of one entity: finds each record's key, hashes its body, and turns what can't be a record into a
/// reject, so that nothing is dropped in silence.
///
/// A record's key is made of its `primaryKey` fields, or of its whole content where there are none; see ``RecordKey``.
/// The last of two members of one name counts.
public struct RecordBuilder: Sendable {
    /// The batch so far.
    public private(set) var batch: RecordBatch
    private let primaryKey: [String]
    private let fields: JSONFields
    /// Fewer items than this aren't worth a commit while more is being read. Of a long read only full batches are.
    private var worth = 1_000

    /// Makes a builder.
    ///
    /// - Parameter primaryKey: names of top-level members, in the order in which they make the key.
    public init(entity: String, primaryKey: [String]) {
        batch = RecordBatch(entity: entity)
        self.primaryKey = primaryKey
        fields = JSONFields(primaryKey)
    }

    /// Whether the batch must be taken before more is added.
    public var isFull: Bool { batch.isFull }

    /// Whether the batch may be taken for a store that has nothing else to do.
    public var isWorthStoring: Bool { batch.items.count + batch.rejects.count >= worth }

    /// The batch so far; the builder goes on with an empty one, for which it sets about as much memory aside as it will need.
    public mutating func takeBatch() -> RecordBatch {
        var next = RecordBatch(entity: batch.entity)
        let growth = batch.isFull ? 1 : 2
        worth = min(2 * worth, RecordBatch.maxRecords)
        // A little more: one byte too few would double it, and copy all.
        next.reserveCapacity(
            records: growth * batch.items.count,
            bytes: min(growth * batch.bytes.count, RecordBatch.maxBytes) * 9 / 8)
        swap(&batch, &next)
        return next
    }

    /// Adds the item whose text is `object`, compact and valid JSON, or a reject if it isn't an object, its key has no
    /// usable value or it is too large. `line` is where it began in the source, counted from 1.
    public mutating func append(object: UnsafeRawBufferPointer, line: Int? = nil) {
        guard object.first == UInt8(ascii: "{"), let ranges = primaryKey.isEmpty ? [] : fields.ranges(in: object) else {
            return reject(.recordNotObject, excerpt: object, line: line)
        }
        append(object: object, keyRanges: ranges, line: line)
    }

    /// Adds an item as the other `append` does, for a caller that knows already where in `object` the values of the
    /// primary key are: one range each, in its order, nil for a member that isn't there.
    public mutating func append(object: UnsafeRawBufferPointer, keyRanges: [Range<Int>?], line: Int? = nil) {
        guard object.count <= RecordBatch.maxBodyBytes else {
            return reject(.recordTooLarge, excerpt: object, line: line)
        }
        let hash = ContentHash(of: object)
        do {
            try batch.append { output throws(JSONKeyError) in
                if primaryKey.isEmpty {
                    RecordKey.append(of: hash, to: &output)
                } else {
                    let start = output.count
                    try JSONKey.appendOrdered(keyRanges, of: object, to: &output)
                    RecordKey.bound(&output, from: start)
                }
            } body: { output in
                output.append(contentsOf: object)
            }
            batch.items[batch.items.count - 1].hash = hash
        } catch {
            reject(Self.reason(error), excerpt: object, line: line)
        }
    }

    /// Adds a deletion of the record whose key is in `object`, or a reject if it has no usable value. `keyRanges` are as
    /// for a record; without a primary key nothing says which record is meant, and that is a reject too.
    public mutating func append(deletionOf object: UnsafeRawBufferPointer, keyRanges: [Range<Int>?], line: Int? = nil) {
        guard !primaryKey.isEmpty else { return reject(.recordKeyMissing, excerpt: object, line: line) }
        var key: [UInt8] = []
        do throws(JSONKeyError) {
            try JSONKey.appendOrdered(keyRanges, of: object, to: &key)
        } catch {
            return reject(Self.reason(error), excerpt: object, line: line)
        }
        RecordKey.bound(&key)
        batch.appendDeletion(key: key)
    }

    /// Adds a reject; `item` may be of any length and need not be UTF-8.
    public mutating func reject(_ reason: ErrorCode, excerpt item: UnsafeRawBufferPointer, line: Int? = nil) {
        batch.rejects.append(
            Reject(entity: batch.entity, reason: reason.code, excerpt: Self.excerpt(of: item, line: line)))
    }

    private static func reason(_ error: any Error) -> ErrorCode {
        switch (error as? JSONKeyError)?.code {
        case .missing: .recordKeyMissing
        case .null: .recordKeyNull
        case .unsupported: .recordKeyUnsupported
        case .malformed, nil: .recordNotObject
        }
    }

    /// `line 17: ` and the item's start, at most ``Domain/Reject/maxExcerptBytes`` in all; what isn't UTF-8 becomes
    /// U+FFFD.
    private static func excerpt(of item: UnsafeRawBufferPointer, line: Int?) -> String {
        var text = line.map { "line \($0): " } ?? ""
        var room = Reject.maxExcerptBytes - text.utf8.count
        let start = UnsafeRawBufferPointer(rebasing: item.prefix(room))
        for scalar in String(decoding: start, as: UTF8.self).unicodeScalars {
            room -= UTF8.width(scalar)
            if room < 0 { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
