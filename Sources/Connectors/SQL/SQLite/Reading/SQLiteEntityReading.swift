import ConnectorAPI
import Domain

/// The read of one table or view in the run's snapshot.
struct SQLiteEntityReading {
    /// After this a batch goes out as it is (SYNC.md 4).
    private static let longestBatch = Duration.seconds(2)

    private let connection: SQLiteConnection
    private let table: SQLiteTable
    private let isFull: Bool
    private let query: EntityQuery
    private let keyPlaces: [Int]
    private var builder: RecordBuilder
    private var waiting: ArraySlice<EntityQuery.Step>
    private var current: (step: EntityQuery.Step, statement: SQLiteStatement, writer: SQLiteRowWriter)?
    private var tablesRead: Set<String> = []
    private var progress: CursorClimb
    /// What ended the read; thrown once the records before it were given out.
    private var failure: (any Error)?

    /// Throws what ``EntityQuery`` throws, and ``Domain/ErrorCode/sqlKeyUnknown``.
    init(_ entity: ReadPlan.Entity, of table: SQLiteTable, on connection: SQLiteConnection) throws {
        self.connection = connection
        self.table = table
        isFull = entity.mode == .full
        query = try EntityQuery(entity, of: table)
        keyPlaces = try entity.primaryKey.map { field in
            guard let place = table.columns.firstIndex(where: { $0.name == field }) else {
                throw AppError.source(
                    .sqlKeyUnknown, "\(table.name) has no column \(field) for its key", recovery: .fixConfig)
            }
            return place
        }
        builder = RecordBuilder(entity: entity.name, primaryKey: entity.primaryKey)
        waiting = query.steps[...]
        progress = CursorClimb(query.known)
    }

    /// The next batch; the last has its `end`. What was read before a failure is given out before it is thrown.
    mutating func nextBatch(_ damage: inout DamageCheck) throws -> RecordBatch {
        if let failure { throw failure }
        do {
            let isOver = try fill()
            try connection.requireUnchanged()
            return isOver ? try lastBatch(&damage) : batch()
        } catch {
            failure = error
            guard error is AppError, !builder.batch.items.isEmpty || !builder.batch.rejects.isEmpty else { throw error }
            return builder.takeBatch()
        }
    }

    /// Whether all rows are read; false once the batch is full.
    private mutating func fill() throws -> Bool {
        let began = connection.watch.restart()
        while true {
            guard let (step, statement, writer) = try current ?? open() else { return true }
            while try statement.step() {
                if step.isSorted, let cursor = query.cursor { progress.meet(statement.pointer, Int32(cursor.place)) }
                if let reason = writer.write(statement.pointer) {
                    builder.reject(reason, excerpt: writer.row)
                } else {
                    builder.append(object: writer.row, keyRanges: writer.keyRanges)
                }
                guard !builder.isFull, connection.watch.lastTime - began < Self.longestBatch else {
                    return false
                }
            }
            current = nil
        }
    }

    private mutating func open() throws -> (EntityQuery.Step, SQLiteStatement, SQLiteRowWriter)? {
        guard let step = waiting.popFirst() else { return nil }
        let statement = try SQLiteStatement(step.sql, on: connection, subject: table.subject)
        tablesRead.formUnion(connection.authority.tablesRead)
        if let value = step.from { try statement.bind(1, value) }
        let names = (0..<statement.columnCount).map { statement.columnName($0) }
        guard names.count == table.columns.count else {
            throw AppError.source(.sqliteSchemaChanged, ErrorCode.sqliteSchemaChanged.summary, recovery: .retry)
        }
        let opened = (step, statement, SQLiteRowWriter(columns: names, key: keyPlaces))
        current = opened
        return opened
    }

    /// A batch with the state that is true after it, if there is one.
    private mutating func batch() -> RecordBatch {
        var batch = builder.takeBatch()
        if current?.step.isSorted == true { batch.state = state(progress.settle()) }
        return batch
    }

    private mutating func lastBatch(_ damage: inout DamageCheck) throws -> RecordBatch {
        var end = EntityEnd(isComplete: true, isSnapshot: true)
        var value = progress.settle()
        if isFull {
            end.isSnapshot = try damage.isSound(table, reading: tablesRead)
            value = try highest()
            try connection.requireUnchanged()
        }
        var batch = builder.takeBatch()
        batch.state = state(value)
        batch.end = end
        return batch
    }

    private func state(_ value: CursorValue?) -> [UInt8]? {
        query.cursor.map { SQLiteState(column: $0.name, value: value).serialized() }
    }

    private func highest() throws -> CursorValue? {
        for sql in query.highest {
            let statement = try SQLiteStatement(sql, on: connection, subject: table.subject)
            if try statement.step(), let value = statement.cursor(0) { return value }
        }
        return nil
    }
}
