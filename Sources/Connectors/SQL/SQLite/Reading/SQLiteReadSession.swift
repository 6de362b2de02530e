import ConnectorAPI
import Domain

/// The entities of a plan, one after another, all in one snapshot of the database.
struct SQLiteReadSession {
    private var waiting: ArraySlice<SQLiteEntityReading>
    private var current: SQLiteEntityReading?
    private var damage: DamageCheck

    /// Takes the snapshot. Throws ``Domain/ErrorCode/sqlEntityUnknown`` for an entity that the database doesn't have or
    /// the config doesn't admit, and what ``SQLiteEntityReading`` throws.
    init(_ plan: ReadPlan, _ connection: SQLiteConnection, _ filter: TableFilter) throws {
        try connection.begin()
        let catalog = SQLiteCatalog(connection, filter)
        let tables = try catalog.tables(Set(plan.entities.map(\.name)))
        let byName = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        waiting = try plan.entities.map { entity in
            guard let table = byName[entity.name] else {
                throw AppError.source(
                    .sqlEntityUnknown, "the database has no table or view for the entity \(entity.name)",
                    recovery: .fixConfig)
            }
            return try SQLiteEntityReading(entity, of: table, on: connection)
        }[...]
        damage = DamageCheck(connection, try catalog.storedNames())
    }

    mutating func nextBatch() throws -> RecordBatch? {
        try Task.checkCancellation()
        if current == nil { current = waiting.popFirst() }
        guard let batch = try current?.nextBatch(&damage) else { return nil }
        if batch.end != nil { current = nil }
        return batch
    }
}
