/// A ledger laid down as a PostgreSQL table, by real transactions on connections of their own.
public final class LedgerTable {
    /// Where the times come from.
    public enum Clock: Sendable {
        /// The ledger: the same for the same seed.
        case ledger
        /// The server's `now()`, as an application does it; the truth about them is what the table says.
        case server
    }

    /// The database.
    public let database: PostgresDatabase
    /// Schema and table, as SQL writes them.
    public let name: String

    private let clock: Clock
    private var idle: [PostgresSession] = []
    private var open: [Int: PostgresSession] = [:]

    /// Makes the table, empty.
    public init(in database: PostgresDatabase, name: String = "public.ledger", clock: Clock = .ledger) throws {
        (self.database, self.name, self.clock) = (database, name, clock)
        try database.execute(
            """
            CREATE TABLE \(name) (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL, version int NOT NULL,
                amount numeric NOT NULL, note text);
            CREATE INDEX ON \(name) (updated_at);
            """)
    }

    /// Loads rows at once.
    public func load(_ rows: [LedgerRow]) throws {
        try database.copyIn("\(name) (id, updated_at, version, amount, note)", rows.lazy.map { Self.line($0) })
    }

    /// Does what happens in the ledger.
    public func apply(_ events: [Ledger.Event]) throws {
        for event in events {
            switch event {
            case .begin(let number, let changes):
                let session = try idle.popLast() ?? database.session()
                open[number] = session
                try session.execute((["BEGIN"] + statements(changes)).joined(separator: "; "))
            case .commit(let number): try end(number, "COMMIT")
            case .rollBack(let number): try end(number, "ROLLBACK")
            }
        }
    }

    /// Drops its connections, which a crash of the server has ended.
    public func reconnect() {
        idle = []
        open = [:]
    }

    private func end(_ number: Int, _ command: String) throws {
        guard let session = open.removeValue(forKey: number) else { return }
        try session.execute(command)
        idle.append(session)
    }

    /// The rows that are committed, by id.
    public func rows() throws -> [Int: LedgerRow] {
        let rows = try database.rows(
            """
            SELECT id, to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || 'Z', version, amount, note
            FROM \(name)
            """)
        var byID: [Int: LedgerRow] = [:]
        for row in rows {
            guard let id = row[0].flatMap({ Int($0) }), let time = row[1].flatMap(LedgerTime.microseconds),
                let version = row[2].flatMap({ Int($0) }), let amount = row[3].flatMap(LedgerRow.hundredths)
            else { throw FaultKitFailure("not a row of a ledger: \(row)") }
            byID[id] = LedgerRow(id: id, updatedAt: time, version: version, amount: amount, note: row[4])
        }
        return byID
    }

    /// At most one statement of each kind: no row is changed twice in a transaction.
    private func statements(_ changes: [Ledger.Change]) -> [String] {
        var (inserts, updates, deletions): ([String], [String], [String]) = ([], [], [])
        for change in changes {
            switch change {
            case .insert(let row): inserts.append(values(row))
            case .update(let row): updates.append(values(row))
            case .delete(let id): deletions.append(String(id))
            }
        }
        var statements: [String] = []
        if !inserts.isEmpty { statements.append("INSERT INTO \(name) VALUES \(inserts.joined(separator: ", "))") }
        if !updates.isEmpty {
            statements.append(
                """
                UPDATE \(name) AS t SET updated_at = v.at, version = v.version, amount = v.amount, note = v.note
                FROM (VALUES \(updates.joined(separator: ", "))) AS v (id, at, version, amount, note) WHERE t.id = v.id
                """)
        }
        if !deletions.isEmpty {
            statements.append("DELETE FROM \(name) WHERE id IN (\(deletions.joined(separator: ", ")))")
        }
        return statements
    }

    private func values(_ row: LedgerRow) -> String {
        "(\(row.id), \(time(row)), \(row.version), \(row.amountText), \(note(row)))"
    }

    private func time(_ row: LedgerRow) -> String {
        clock == .server ? "now()" : "timestamptz '\(LedgerTime.text(row.updatedAt))'"
    }

    private func note(_ row: LedgerRow) -> String {
        row.note.map { "'\($0.escaped(["'": "''"]))'" } ?? "NULL::text"
    }

    /// The row in COPY's text form (PostgreSQL: COPY, "Text Format").
    private static func line(_ row: LedgerRow) -> String {
        let note = row.note?.escaped(["\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"])
        return "\(row.id)\t\(LedgerTime.text(row.updatedAt))\t\(row.version)\t\(row.amountText)\t\(note ?? "\\N")"
    }
}
