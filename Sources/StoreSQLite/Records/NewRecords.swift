import Domain
import GRDBSQLite
import StoreAPI
import StoreRows

/// Inserts records that are known to be new, many by one statement: to begin and end a statement costs SQLite a third of what an
/// insert takes.
struct NewRecords {
    /// How many go into one statement.
    static let rows = 32

    private static let sql = """
        INSERT INTO records
          (entity_no, source_no, created_at, updated_at, run, version, key, hash_high, hash_low, seq, data)
        VALUES \((0..<rows).map { "(?1, ?2, ?3, ?3, ?4, 1, \(places($0)))" }.joined(separator: ", "))
        """
    private static let lastKey = "SELECT key FROM records WHERE entity_no = ?1 ORDER BY key DESC LIMIT 1"

    private static func places(_ row: Int) -> String {
        (5 * row + 5...5 * row + 9).map { "?\($0)" }.joined(separator: ", ")
    }

    private let statement: Statement
    private let handle: OpaquePointer

    init(of entity: EntityRow, source: Int64, run: RunID?, now: Timestamp, connection: Connection) throws {
        statement = try connection.statement(Self.sql)
        handle = try connection.handle
        try statement.bind(1, entity.number)
        try statement.bind(2, source)
        try statement.bind(3, now.milliseconds)
        try run.map(\.mark).bind(to: statement, at: 4)
    }

    /// Whether all of a batch, which has no key twice, is sure to be new without a look at each: the entity has nothing, or the
    /// batch lies behind all it has, in the order of keys.
    static func holds(
        _ items: [RecordBatch.Item], _ bytes: UnsafeRawBufferPointer, of entity: EntityRow, _ connection: Connection
    ) throws -> Bool {
        guard items.count >= rows, let first = items.first, !items.contains(where: \.isDeletion) else { return false }
        if entity.kept == 0 { return true }
        guard BatchDuplicates.ascends(items, bytes) else { return false }
        let last = try connection.statement(lastKey).first([entity.number]) { $0.blob() }
        return last?.withUnsafeBytes { $0.precedes(UnsafeRawBufferPointer(rebasing: bytes[first.keyRange])) } ?? true
    }

    /// Inserts ``rows`` records, the first of them behind `seq` in the feed; answers their ids.
    func insert(
        _ items: ArraySlice<RecordBatch.Item>, _ bytes: UnsafeRawBufferPointer, behind seq: Int64
    ) throws -> ClosedRange<Int64> {
        var place: Int32 = 5
        var seq = seq
        for item in items {
            seq += 1
            try statement.bind(place, borrowing: UnsafeRawBufferPointer(rebasing: bytes[item.keyRange]))
            try statement.bind(place + 1, Int64(bitPattern: item.hash.high))
            try statement.bind(place + 2, Int64(bitPattern: item.hash.low))
            try statement.bind(place + 3, seq)
            try statement.bind(place + 4, borrowing: UnsafeRawBufferPointer(rebasing: bytes[item.bodyRange]))
            place += 5
        }
        defer { statement.reset() }
        _ = try statement.step()
        guard Int(sqlite3_changes(handle)) == items.count else {
            throw AppError(.storeBroken, "Records that are new weren't all inserted.")
        }
        // SQLite numbers the rows of one statement one after the other, from the highest on.
        let last = sqlite3_last_insert_rowid(handle)
        return last - Int64(items.count) + 1...last
    }

    /// The batch's memory is about to go.
    func release() { statement.clear() }
}
