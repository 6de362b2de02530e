import ConnectorAPI
import Domain
import JSON
import LibPQ

/// How long a read waits for its server, and how much it may have to ask of it again.
struct PostgresPatience: Sendable {
    /// For a query's first row: it may have to sort.
    var firstRow = Duration.seconds(600)
    /// For each row after it (SYNC.md 13).
    var nextRow = Duration.seconds(60)
    /// After this a batch goes out as it is (SYNC.md 4).
    var batch = Duration.seconds(2)
    /// A read along a cursor that is expected to have fewer rows isn't sorted and leaves a state at its end only: a server that
    /// sorts holds the first row back until it has them all.
    var rowsWithoutState: Int64 = 100_000
}

/// The read of one table or view in the run's snapshot.
struct PostgresEntityReading {
    private let session: PostgresSession
    private let entity: ReadPlan.Entity
    private let table: PostgresTable
    private let cursor: PostgresCursor?
    private let patience: PostgresPatience
    private let clock: MonotonicClock
    private let writer: PostgresRowWriter
    private var builder: RecordBuilder
    private var progress = CursorProgress(isSorted: false)
    /// Statements to send, the next first.
    private var queries: ArraySlice<(sql: String, isSorted: Bool)> = []
    private var copy: CopyOut?
    private var framing = CopyFraming()
    private var failure: (any Error)?
    private var batchBegan: Duration = .zero
    /// Since when the next row has been waited for; nil when it wasn't yet.
    private var waitBegan: Duration?

    /// Locks the table against changes of its shape and prepares the queries.
    init(
        _ entity: ReadPlan.Entity, of table: PostgresTable, in session: PostgresSession, at snapshot: PostgresSnapshot,
        patience: PostgresPatience, clock: MonotonicClock
    ) throws {
        self.session = session
        self.entity = entity
        self.table = table
        self.patience = patience
        self.clock = clock
        let cursor = try Self.cursor(entity, of: table, at: snapshot, lookback: session.config.lookback)
        self.cursor = cursor
        let columns = table.columns
        let key = try entity.primaryKey.map { field in
            guard let place = columns.firstIndex(where: { $0.name == field }) else {
                throw AppError.source(
                    .sqlKeyUnknown, "\(table.entity) has no column \(field) for its key", recovery: .fixConfig)
            }
            return place
        }
        writer = PostgresRowWriter(
            columns: columns.map { ($0.name, $0.reading) }, key: key,
            cursor: cursor.flatMap { cursor in columns.firstIndex { $0.name == cursor.column } })
        builder = RecordBuilder(entity: entity.name, primaryKey: entity.primaryKey)
        try hold()
        let isIncremental = entity.mode == .incremental
        for (condition, isSorted) in isIncremental ? cursor?.conditions ?? [] : [(nil, false)] {
            let order = try isSorted && isLong(condition) ? cursor : nil
            queries.append((Self.copySQL(table, where: condition, sortedBy: order), order != nil))
        }
    }

    private static func cursor(
        _ entity: ReadPlan.Entity, of table: PostgresTable, at snapshot: PostgresSnapshot, lookback: Duration
    ) throws -> PostgresCursor? {
        guard let field = entity.cursorField else {
            guard entity.mode == .full else {
                throw AppError.source(
                    .sqlCursorRequired, "\(table.entity): \(ErrorCode.sqlCursorRequired.summary)", recovery: .fixConfig)
            }
            return nil
        }
        guard let kind = table.columns.first(where: { $0.name == field })?.reading.cursorKind else {
            throw AppError.source(
                .sqlCursorUnknown,
                "\(table.entity) has no column \(field) that a read can follow: integers, dates and timestamps can be",
                recovery: .fixConfig)
        }
        guard !entity.primaryKey.isEmpty else {
            throw AppError.source(
                .sqlKeyRequired, "\(table.entity): \(ErrorCode.sqlKeyRequired.summary)", recovery: .fixConfig)
        }
        let state = entity.mode == .incremental ? entity.state : nil
        return PostgresCursor(field, kind: kind, of: table, state: state, at: snapshot, lookback: lookback)
    }

    private static func copySQL(
        _ table: PostgresTable, where condition: String?, sortedBy cursor: PostgresCursor?
    ) -> String {
        let columns = table.columns.map { $0.reading.expression(of: SQL.quoted($0.name)) }.joined(separator: ", ")
        let order = cursor.map { " ORDER BY \(SQL.quoted($0.column))" } ?? ""
        return "COPY (SELECT \(columns) FROM \(rows(of: table, where: condition))\(order)) TO STDOUT (FORMAT binary)"
    }

    private static func rows(of table: PostgresTable, where condition: String?) -> String {
        table.source + (condition.map { " WHERE \($0)" } ?? "")
    }

    /// Whether the server expects so many rows that a state along the way is worth their sorting (PostgreSQL 15, EXPLAIN).
    private func isLong(_ condition: String?) throws -> Bool {
        do throws(PostgresError) {
            let answer = try session.connection.rows(
                "EXPLAIN (FORMAT JSON) SELECT 1 FROM \(Self.rows(of: table, where: condition))", columns: 1)
            // What can't be understood counts as long: the sorted read is always right.
            guard let text = answer.first?.first ?? nil, let plan = try? JSONValue(parsing: Array(text.utf8)),
                let rows = plan[0]?["Plan"]?["Plan Rows"]?.int64Value
            else { return true }
            return rows >= patience.rowsWithoutState
        } catch {
            throw error.failure(table.entity)
        }
    }

    /// Takes the locks that the read will take, then makes sure that all it reads from is still what the snapshot saw: what
    /// was rewritten or emptied since looks empty to older snapshots (PostgreSQL 15, 13.6) and would be taken for cleared.
    private func hold() throws {
        let connection = session.connection
        let columns = table.columns.map { SQL.quoted($0.name) }.joined(separator: ", ")
        do throws(PostgresError) {
            let types = try connection.columnTypes(of: "SELECT \(columns) FROM \(table.source) LIMIT 0")
            let areSame =
                types.count == table.columns.count
                && zip(table.columns, types).allSatisfy { $0.type == 0 || $0.type == $1 }
            let changed = try connection.rows(Self.changedSQL, [String(table.oid), table.qualifiedName], columns: 1)
            try connection.rows("SET LOCAL statement_timeout = 0")
            guard areSame, changed.isEmpty else { throw PostgresError(.refusal, sqlState: "42804") }
        } catch {
            throw error.failure(table.entity)
        }
    }

    /// `pg_class` and `pg_inherits` are read by the snapshot, the functions and locks are of the present. Three things must not
    /// be: a relation locked for this read that is new or has another file, a name that leads to another table, a partition
    /// that isn't read any more.
    private static let changedSQL = """
        WITH RECURSIVE held AS (
          SELECT l.relation FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
            AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        ), tree(oid) AS (
          SELECT $1::oid UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid
        )
        SELECT 1 FROM held LEFT JOIN pg_class c ON c.oid = held.relation
        WHERE c.oid IS NULL OR c.relkind IN ('r', 'm') AND c.relfilenode <> 0
          AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
        UNION ALL SELECT 1 WHERE to_regclass($2)::oid IS DISTINCT FROM $1::oid
        UNION ALL SELECT 1 FROM tree JOIN pg_class c ON c.oid = tree.oid
        WHERE c.relispartition AND c.oid NOT IN (SELECT relation FROM held)
        LIMIT 1
        """

    /// The next batch; the last has its `end`. What was read before a failure is given out before it is thrown.
    mutating func nextBatch(_ isAwaited: () -> Bool) throws -> RecordBatch {
        if let failure { throw failure }
        batchBegan = clock.now()
        do {
            let isOver = try fill(isAwaited)
            var batch = builder.takeBatch()
            if isOver {
                batch.end = EntityEnd(isComplete: true, isSnapshot: true)
                batch.state = cursor?.finalState(progress).serialized()
            } else {
                batch.state = checkpoint()
            }
            return batch
        } catch {
            let failure = Self.explained(error, table)
            self.failure = failure
            guard !builder.batch.items.isEmpty || !builder.batch.rejects.isEmpty else { throw failure }
            var batch = builder.takeBatch()
            batch.state = checkpoint()
            return batch
        }
    }

    private func checkpoint() -> [UInt8]? {
        entity.mode == .incremental ? cursor?.checkpoint(progress)?.serialized() : nil
    }

    /// Whether everything was read; false when the batch has to go out.
    private mutating func fill(_ isAwaited: () -> Bool) throws -> Bool {
        while !builder.isFull, !(builder.isWorthStoring && isAwaited()) {
            guard let copy else {
                guard let query = queries.popFirst() else { return true }
                if query.isSorted { progress = CursorProgress(isSorted: true) }
                framing = CopyFraming()
                copy = try session.connection.copyOut(query.sql, atMost: patience.firstRow)
                continue
            }
            switch try copy.next(within: { waitingTime() }) {
            case .piece(let piece):
                waitBegan = nil
                try piece.withBytes { bytes in
                    if let row = try framing.row(in: bytes) { try take(row) }
                }
            case .end:
                guard framing.hasEnded else { throw PostgresError(.malformed) }
                self.copy = nil
            case .nothingYet:
                guard builder.batch.items.isEmpty, builder.batch.rejects.isEmpty else { return false }
                throw PostgresError(.timedOut)
            }
        }
        return false
    }

    /// How long to wait for more of the next row: a batch that has some goes out soon, and a row that comes a byte at a
    /// time is waited for no longer than one that doesn't come.
    private mutating func waitingTime() -> Duration {
        let now = clock.now()
        let began = waitBegan ?? now
        waitBegan = began
        guard builder.batch.items.isEmpty, builder.batch.rejects.isEmpty else {
            return patience.batch - (now - batchBegan)
        }
        return (framing.hasBegun ? patience.nextRow : patience.firstRow) - (now - began)
    }

    private mutating func take(_ row: UnsafeRawBufferPointer) throws {
        do throws(RowFault) {
            try writer.write(row)
        } catch {
            switch error {
            case .malformed: throw PostgresError(.malformed)
            case .reject(let code):
                // Told once; the next run doesn't read it again for that.
                progress.meet(writer.cursorValue)
                return builder.reject(code, excerpt: writer.object)
            }
        }
        progress.meet(writer.cursorValue)
        builder.append(object: writer.object, keyRanges: writer.keyRanges)
    }

    private static func explained(_ error: any Error, _ table: PostgresTable) -> any Error {
        (error as? PostgresError)?.failure(table.entity) ?? error
    }
}
