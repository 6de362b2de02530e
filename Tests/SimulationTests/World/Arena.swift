import Domain
import GRDB

@testable import StoreSQLite

/// A database in memory that one world after the other uses.
final class Arena {
    private let queue: DatabaseQueue

    private static let tables = [
        "audit", "kept_answers", "rejects", "runs", "absent", "records", "entities", "source_sync", "datasources",
        "source_counts", "data_keys", "issuer_keys", "api_keys", "applications",
    ]

    init() throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF") }
        queue = try DatabaseQueue(configuration: configuration)
        try queue.inDatabase { database in
            _ = try Migrator(migrations: Migration.all, clock: WallClock { World.start })
                .migrate(Connection(database: database, onFatal: { _ in }))
        }
    }

    /// Runs `body` on the emptied database, on this thread.
    func run<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.inDatabase { database in
            let connection = Connection(database: database, onFatal: { _ in })
            try connection.transaction { for table in Self.tables { try connection.run("DELETE FROM \(table)") } }
            return try body(database)
        }
    }
}
