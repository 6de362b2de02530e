import ConnectorAPI
import Domain

/// What one entity's read asks of SQLite.
struct EntityQuery {
    /// One statement of several that follow each other.
    struct Step {
        var sql: String
        /// For the parameter, where there is one.
        var from: CursorValue?
        /// Whether the rows come in rising order of the cursor, so that a state is true after each.
        var isSorted = false
    }

    private(set) var steps: [Step] = []
    /// The column that the state is about; nil for none.
    let cursor: (name: String, place: Int)?
    /// What the state said.
    private(set) var known: CursorValue?
    private let table: SQLiteTable

    /// Throws ``Domain/ErrorCode/sqlCursorRequired``, ``Domain/ErrorCode/sqlCursorUnknown`` and
    /// ``Domain/ErrorCode/sqlKeyRequired``.
    init(_ entity: ReadPlan.Entity, of table: SQLiteTable) throws {
        self.table = table
        cursor = try Self.cursor(entity, of: table)
        guard entity.mode == .incremental, let cursor else {
            steps = [Step(sql: select() + table.scanHint)]
            return
        }
        let column = "t." + SQLiteTable.quoted(cursor.name)
        let state = entity.state.flatMap { SQLiteState($0) }
        guard let state, state.column == cursor.name, let value = state.value,
            // Texts don't sort as numbers do.
            value.isText || table.columns[cursor.place].affinity != .text
        else {
            steps = [Step(sql: "\(select()) ORDER BY \(column)", isSorted: true)]
            return
        }
        known = value
        steps = [Step(sql: "\(select()) WHERE \(column) IS NULL")]
        // Numbers sort before texts: one that comes later is none that was read.
        if value.isText { steps.append(Step(sql: "\(select()) WHERE \(column) < ''")) }
        steps.append(
            Step(sql: "\(select()) WHERE \(column) >= ?1 ORDER BY \(column)", from: value, isSorted: true))
    }

    /// Statements that each give the highest value that a state may hold, for a read in no order; the first that has
    /// one counts. Numbers come first, since what is of a lower kind than the state is read again each time.
    var highest: [String] {
        guard let cursor else { return [] }
        let column = "t." + SQLiteTable.quoted(cursor.name)
        let base = "SELECT max(\(column)) FROM \(table.quotedName) AS t WHERE typeof(\(column))"
        return [
            "\(base) IN ('integer', 'real') AND \(column) > -9e999 AND \(column) < 9e999", "\(base) = 'text'",
        ]
    }

    private func select() -> String { "SELECT * FROM \(table.quotedName) AS t" }

    private static func cursor(
        _ entity: ReadPlan.Entity, of table: SQLiteTable
    ) throws -> (name: String, place: Int)? {
        guard let field = entity.cursorField else {
            guard entity.mode == .full else {
                throw AppError.source(
                    .sqlCursorRequired, "\(table.name): \(ErrorCode.sqlCursorRequired.summary)", recovery: .fixConfig)
            }
            return nil
        }
        guard let place = table.columns.firstIndex(where: { $0.name == field }),
            table.columns[place].affinity.isFollowed
        else {
            throw AppError.source(
                .sqlCursorUnknown, "\(table.name) has no column \(field) that a read can follow", recovery: .fixConfig)
        }
        guard !entity.primaryKey.isEmpty else {
            throw AppError.source(
                .sqlKeyRequired, "\(table.name): \(ErrorCode.sqlKeyRequired.summary)", recovery: .fixConfig)
        }
        return (field, place)
    }
}
