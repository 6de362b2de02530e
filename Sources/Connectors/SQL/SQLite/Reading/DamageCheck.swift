import ConnectorAPI
import Domain

/// Looks for damage that a read passes over in silence: rows that a broken page no longer shows would count as deleted.
struct DamageCheck {
    let connection: SQLiteConnection
    /// What was found whole already; nil stands for the whole database.
    private var sound: Set<String?> = []
    /// The tables that have pages of their own, and what has none.
    private let stored: Set<String>
    private let computed: Set<String>

    init(_ connection: SQLiteConnection, _ names: (tables: Set<String>, views: Set<String>)) {
        self.connection = connection
        stored = names.tables
        computed = names.views.union(["json_each", "json_tree"])
    }

    /// Whether all that `table` is read from proved whole; false where that can't be told. Throws
    /// ``Domain/ErrorCode/sqliteDamaged``. Reads each page once.
    mutating func isSound(_ table: SQLiteTable, reading tables: Set<String>) throws -> Bool {
        switch table.kind {
        case .table: try isSound(table.name)
        case .view: try areSound(tables)
        case .virtual: try isSound(nil)
        }
    }

    private mutating func areSound(_ names: Set<String>) throws -> Bool {
        let read = names.subtracting(computed)
        // A virtual table reads tables of its own that it tells nobody of.
        guard read.isSubset(of: stored) else { return try isSound(nil) }
        for name in read.sorted() {
            guard try isSound(name) else { return false }
        }
        return true
    }

    private mutating func isSound(_ name: String?) throws -> Bool {
        guard !sound.contains(name), !sound.contains(nil) else { return true }
        let argument = name.map { "(\(SQLiteTable.quoted($0)))" } ?? ""
        let subject = name.map { "the table \($0)" } ?? "the database"
        do {
            let rows = try SQLiteStatement("PRAGMA main.quick_check\(argument)", on: connection, subject: subject)
            while try rows.step() {
                guard let message = rows.text(0), Self.isHarmless(message) else {
                    throw AppError.source(
                        .sqliteDamaged, "\(subject) can't be read in full: the file is damaged", recovery: .fixConfig)
                }
            }
        } catch let error as AppError
            where [ErrorCode.sqliteUnsupported.code, ErrorCode.sqliteQueryFailed.code].contains(error.code)
        {
            // A constraint that can't be computed here.
            return false
        }
        sound.insert(name)
        return true
    }

    /// Rows that break a constraint are rows all the same (https://www.sqlite.org/pragma.html#pragma_quick_check).
    private static func isHarmless(_ message: String) -> Bool {
        message == "ok" || message.hasPrefix("CHECK constraint failed in ") || message.hasPrefix("NULL value in ")
            || message.hasPrefix("non-") || message.hasPrefix("TEXT value in ")
            || message.hasPrefix("NUMERIC value in ")
    }
}
