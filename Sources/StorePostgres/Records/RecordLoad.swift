import Domain
import LibPQ
import StoreRows

/// Records that aren't there yet, known to be so under the DataSource's lock: written by COPY, without looking for conflicts,
/// which takes the server less than half the time.
///
/// Row-level security refuses COPY, so it runs as the tables' owner, and no row of it names a tenant: `tenant_id` has the
/// transaction's as its default (Invariant 5). A process that is frozen while it sends keeps its lock until somebody finds it
/// taken (``Link/endFrozenSessions()``).
struct RecordLoad {
    /// Fewer records aren't worth a statement that isn't prepared.
    static let fewRecords = 200

    private static let sql = """
        COPY records (source_no, entity_no, key, hash_high, hash_low, version, seq, born, created_at, updated_at, run, data)
        FROM STDIN (FORMAT binary)
        """
    private static let columns: Int16 = 12

    private let head: [UInt8]
    private let stamp: [UInt8]
    private let mark: [UInt8]

    init(of entity: EntityName, run: RunID?, now: Timestamp) {
        var head: [UInt8] = []
        head.appendInteger(Self.columns)
        head.appendValue(entity.sourceNumber)
        head.appendValue(Int32(truncatingIfNeeded: entity.number))
        self.head = head
        var stamp: [UInt8] = []
        stamp.appendValue(now.milliseconds)
        self.stamp = stamp
        var mark: [UInt8] = []
        mark.appendInteger(Int32(run?.mark.count ?? -1))
        mark += run?.mark ?? []
        self.mark = mark
    }

    /// Sends records with their places in the feed.
    func send(
        _ records: [(item: RecordBatch.Item, seq: Int64)], _ bytes: UnsafeRawBufferPointer, _ link: Link
    ) throws {
        let taken = try link.load(Self.sql) { copy throws(PostgresError) in
            for (item, seq) in records {
                try copy.append { row in append(item, bytes, seq, to: &row) }
            }
        }
        guard taken == records.count else { throw Row.broken }
    }

    private func append(
        _ item: RecordBatch.Item, _ bytes: UnsafeRawBufferPointer, _ seq: Int64, to row: inout [UInt8]
    ) {
        row.append(contentsOf: head)
        row.appendInteger(Int32(item.keyLength))
        row.append(contentsOf: bytes[item.keyRange])
        row.appendValue(item.hash.high)
        row.appendValue(item.hash.low)
        row.appendValue(Int64(1))
        row.appendValue(seq)
        row.appendValue(seq)
        row.append(contentsOf: stamp)
        row.append(contentsOf: stamp)
        row.append(contentsOf: mark)
        row.appendInteger(Int32(item.bodyLength))
        row.append(contentsOf: bytes[item.bodyRange])
    }
}

extension [UInt8] {
    /// A number as a value of a row, its length before it.
    fileprivate mutating func appendValue(_ value: some FixedWidthInteger) {
        appendInteger(Int32(value.bitWidth / 8))
        appendInteger(value)
    }
}
