import Domain
import LibPQ
import StoreRows

/// A few new records, known under the DataSource's lock not to be there yet. Many go by ``RecordLoad``.
struct RecordInsert {
    private static let sql = """
        INSERT INTO records (tenant_id, source_no, entity_no, key, hash_high, hash_low, version, seq, born, created_at,
          updated_at, run, data)
        SELECT $1, $2, $3::integer, n.key, n.hash_high, n.hash_low, 1, n.seq, n.seq, $4, $4, $5, n.data
        FROM unnest($6::bytea[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[])
          AS n (key, hash_high, hash_low, seq, data)
        """

    private var columns = RecordColumns()

    mutating func append(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash, seq: Int64
    ) {
        columns.append(key, body, hash, seq: seq)
    }

    func send(to entity: EntityName, run: RunID?, now: Timestamp, _ link: Link) throws {
        guard columns.count > 0 else { return }
        let inserted = try columns.send(Self.sql, to: entity, run: run, now: now, link)
        guard inserted == columns.count else { throw Row.broken }
    }
}

/// One version of a record: where it stands in its table, and its place in the feed, which no other version has.
struct RecordVersion: Sendable {
    fileprivate let tuple: TupleID
    fileprivate let seq: Int64

    /// Reads it from where `ctid` and `seq` stand.
    init(_ row: inout Row) {
        tuple = TupleID(row.int64())
        seq = row.int64()
    }
}

/// New versions of records and tombstones: the only statement that changes records.
///
/// It finds each record where a look-up saw it, which costs a fifth less than looking for its key again, and only in the version
/// that was seen, which its place in the feed names: where the look-up was of an earlier transaction, the record may have
/// changed since. No index may be used meanwhile: of a table that was never analyzed the planner would rather compare all of
/// a DataSource with all of a batch.
///
/// Its values go out as one message of a statement that is prepared already. While the server waits for the rest of that
/// message the transaction counts as idle, so that a process that is frozen half way loses its locks like one that is silent.
/// One that is frozen right behind it, before the order to run the statement, loses them to whoever finds them taken
/// (``Link/endFrozenSessions()``).
struct RecordUpdate {
    private static let sql = """
        UPDATE records AS r SET version = r.version + 1, seq = n.seq, hash_high = n.hash_high, hash_low = n.hash_low,
          updated_at = greatest(r.updated_at, $4),
          deleted_at = CASE WHEN n.data IS NULL THEN greatest(r.updated_at, $4) END, run = $5, data = n.data
        FROM unnest($6::bytea[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[], $11::tid[], $12::bigint[])
          AS n (key, hash_high, hash_low, seq, data, tuple, seen)
        WHERE r.ctid = n.tuple AND r.seq = n.seen AND r.tenant_id = $1 AND r.source_no = $2 AND r.entity_no = $3
          AND r.key = n.key
        """

    private var columns = RecordColumns()
    private var tuples = TupleList()
    private var seen = IntegerList()

    mutating func append(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash, seq: Int64,
        over version: RecordVersion
    ) {
        columns.append(key, body, hash, seq: seq)
        tuples.append(version.tuple)
        seen.append(version.seq)
    }

    /// A tombstone: no body, no hash.
    mutating func appendTombstone(_ key: UnsafeRawBufferPointer, seq: Int64, over version: RecordVersion) {
        columns.append(key, nil, .zero, seq: seq)
        tuples.append(version.tuple)
        seen.append(version.seq)
    }

    /// Throws `otherwise` where a record isn't as it was seen.
    func send(
        to entity: EntityName, run: RunID?, now: Timestamp, _ link: Link, otherwise: any Error = Row.broken
    ) throws {
        guard columns.count > 0 else { return }
        try link.script("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        let changed = try columns.send(Self.sql, to: entity, run: run, now: now, more: [tuples, seen], link)
        guard changed == columns.count else { throw otherwise }
        try link.script("SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on")
    }
}

/// What a statement writes, a list for each column.
private struct RecordColumns {
    private var keys = ByteList()
    private var highHashes = IntegerList()
    private var lowHashes = IntegerList()
    private var seqs = IntegerList()
    private var bodies = ByteList()

    var count: Int { keys.count }

    mutating func append(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer?, _ hash: ContentHash, seq: Int64
    ) {
        keys.append(key)
        highHashes.append(Int64(bitPattern: hash.high))
        lowHashes.append(Int64(bitPattern: hash.low))
        seqs.append(seq)
        if let body { bodies.append(body) } else { bodies.appendNull() }
    }

    /// Answers how many rows were written.
    func send(
        _ sql: String, to entity: EntityName, run: RunID?, now: Timestamp, more: [any Bindable] = [], _ link: Link
    ) throws -> Int {
        let values: [any Bindable] = [
            entity.tenant, entity.sourceNumber, entity.number, now, run.map(\.mark), keys, highHashes, lowHashes, seqs,
            bodies,
        ]
        return try link.kept(sql, values + more).affected
    }
}
