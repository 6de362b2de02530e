import Domain
import LibPQ
import StoreRows

/// New versions of records, written by one statement: the only one that changes records. Many new ones go by ``RecordLoad``.
///
/// Its values go out as one message of a statement that is prepared already. While the server waits for the rest of that
/// message the transaction counts as idle, so that a process that is frozen half way loses its locks like one that is silent.
/// One that is frozen right behind it, before the order to run the statement, loses them to whoever finds them taken
/// (``Link/endFrozenSessions()``).
struct RecordWrite {
    /// In `DO UPDATE SET` nothing but the new row, constants and the row's own columns: it can be sent to any node.
    private static let sql = """
        INSERT INTO records AS r (tenant_id, source_no, entity_no, key, hash_high, hash_low, version, seq, born, created_at,
          updated_at, deleted_at, run, data)
        SELECT $1, $2, $3::integer, n.key, n.hash_high, n.hash_low, 1, n.seq, n.seq, $4, $4,
          CASE WHEN n.data IS NULL THEN $4 END, $5, n.data
        FROM unnest($6::bytea[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[])
          AS n (key, hash_high, hash_low, seq, data)
        ON CONFLICT (source_no, entity_no, key, tenant_id) DO UPDATE SET version = r.version + 1, seq = excluded.seq,
          hash_high = excluded.hash_high, hash_low = excluded.hash_low,
          updated_at = greatest(r.updated_at, excluded.updated_at),
          deleted_at = CASE WHEN excluded.deleted_at IS NOT NULL THEN greatest(r.updated_at, excluded.deleted_at) END,
          run = excluded.run, data = excluded.data
        """

    private var keys = ByteList()
    private var highHashes = IntegerList()
    private var lowHashes = IntegerList()
    private var seqs = IntegerList()
    private var bodies = ByteList()

    var isEmpty: Bool { keys.count == 0 }

    mutating func append(
        _ key: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, _ hash: ContentHash, seq: Int64
    ) {
        append(key, hash, seq: seq)
        bodies.append(body)
    }

    /// A tombstone: no body, no hash.
    mutating func appendTombstone(_ key: UnsafeRawBufferPointer, seq: Int64) {
        append(key, .zero, seq: seq)
        bodies.appendNull()
    }

    private mutating func append(_ key: UnsafeRawBufferPointer, _ hash: ContentHash, seq: Int64) {
        keys.append(key)
        highHashes.append(Int64(bitPattern: hash.high))
        lowHashes.append(Int64(bitPattern: hash.low))
        seqs.append(seq)
    }

    func send(to entity: EntityName, run: RunID?, now: Timestamp, _ link: Link) throws {
        guard !isEmpty else { return }
        let changed = try link.run(
            Self.sql, entity.tenant, entity.sourceNumber, entity.number, now, run.map(\.mark), keys, highHashes, lowHashes,
            seqs, bodies)
        guard changed == keys.count else { throw Row.broken }
    }
}
