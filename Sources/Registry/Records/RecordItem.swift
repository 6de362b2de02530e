import Crypto
public import Domain
import JSON

/// One record with what the wire says of it beyond its row.
public struct RecordItem: Sendable {
    public var record: StoredRecord
    public var id: RecordID
    /// JSON text of the array of its key's values; nothing but a marked text for a key that was too long to keep.
    public var key: [UInt8]
    public var source: DataSourceID
    /// The DataSource's provenance tag.
    public var provenance: String

    init(_ record: StoredRecord, of source: DataSource) {
        self.record = record
        id = RecordID(source: source.id, entity: record.entity, key: record.key)
        // A key in another form is the hash of one that was too long (SYNC.md 2); its text is that hash.
        key = (try? JSONKey.decodeOrdered(record.key)) ?? JSONValue.array([.string(record.key.hex)]).serialized()
        self.source = source.id
        provenance = source.provenance
    }
}

extension RecordID {
    /// The first 128 bits of SHA-256 over source, entity and key, each behind its length: the same for ever.
    init(source: DataSourceID, entity: String, key: [UInt8]) {
        var hash = SHA256()
        for part in [Array(source.rawValue.utf8), Array(entity.utf8), key] {
            hash.update(data: withUnsafeBytes(of: UInt32(clamping: part.count).bigEndian) { Array($0) })
            hash.update(data: part)
        }
        self.init(ULID(bits: hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }))
    }
}

extension [UInt8] {
    fileprivate var hex: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
