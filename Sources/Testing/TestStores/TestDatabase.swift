public import Domain
import FaultKit
import Foundation
public import StoreAPI
import StorePostgres
import StoreSQLite
import TestSupport

/// An empty database of one test and a store on it, migrated: on SQLite or, with `TRIBUTARY_TEST_STORE=postgres`, on
/// PostgreSQL. It goes when the last one lets go of it.
public final class TestDatabase: Sendable {
    private enum Place: Sendable {
        case sqlite(TemporaryFolder)
        case postgres(PostgresDatabase, PostgresStore)
    }

    public let store: any Store
    private let place: Place

    /// Whether tests store in PostgreSQL.
    public static let isPostgres = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_STORE"] == "postgres"

    /// Enough for a dozen tests at once; more must not run side by side.
    private static let server = Task { try await PostgresServer.start(settings: ["max_connections": "400"]) }

    /// Makes one whose store takes the time from `clock`.
    public init(clock: WallClock, sourceText: SourceText? = nil) async throws {
        if Self.isPostgres {
            let database = try await Self.server.value.database()
            let location = try PostgresLocation(url: Secret(database.url + "?sslmode=disable")) { _ in nil }
            let store = PostgresStore(
                location, clock: .machine, wallClock: clock, readers: 4, writers: 6, listens: false,
                sourceText: sourceText)
            self.store = store
            place = .postgres(database, store)
        } else {
            let folder = try TemporaryFolder()
            store = try SQLiteStore(path: folder.path + "/data/t.db", clock: clock, sourceText: sourceText)
            place = .sqlite(folder)
        }
        _ = try await store.migrate()
    }

    /// Connections go with it, whoever holds the store on.
    deinit {
        if case .postgres(_, let store) = place { store.stop() }
    }

    /// Everything that is stored, as text; what is bytes as far as it is text.
    public func content() throws -> String {
        switch place {
        case .sqlite(let folder):
            return try ["", "-wal"].map { ending in
                let file = try Data(contentsOf: URL(filePath: folder.path + "/data/t.db" + ending))
                return String(decoding: file, as: UTF8.self)
            }.joined()
        case .postgres(let database, _):
            let session = try database.session()
            try session.execute("SET bytea_output = 'escape'; SET search_path = tributary")
            let tables = try session.rows(
                "SELECT relname FROM pg_class WHERE relnamespace = 'tributary'::regnamespace AND relkind = 'r'"
            ).compactMap { $0.first ?? nil }
            return try tables.flatMap { table in
                try session.rows("SELECT t::text FROM \(table) t").compactMap { $0.first ?? nil }
            }.joined(separator: "\n")
        }
    }
}
