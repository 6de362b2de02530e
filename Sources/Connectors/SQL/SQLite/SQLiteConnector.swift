public import ConnectorAPI
public import Domain
import TenantFiles

/// Reads the tables and views of a SQLite file below a tenant's own folder, in full or from a cursor on.
///
/// Each call blocks its thread while it reads. A read sees one state of the database from its beginning to its end, and
/// writes nothing, neither into the file nor beside it. Memory stays flat: SQLite's cache of 8 MB and one batch, plus
/// the largest row.
public struct SQLiteConnector: Connector {
    private let root: String?
    private let clock: MonotonicClock
    private let patience: SQLiteConnection.Patience

    /// `root` is the folder that has one folder for each tenant; nil refuses every path.
    public init(root: String?, clock: MonotonicClock) {
        self.init(root: root, clock: clock, patience: .usual)
    }

    init(root: String?, clock: MonotonicClock, patience: SQLiteConnection.Patience) {
        self.root = root
        self.clock = clock
        self.patience = patience
    }

    public var descriptor: ConnectorDescriptor {
        ConnectorDescriptor(
            type: "sqlite", title: "SQLite",
            description: "Tables and views of a SQLite database file in a folder on the server.",
            docsURL: "/docs/connectors/sqlite", configSchema: SQLiteConfig.schema,
            capabilities: [.check, .discover, .full, .incremental, .snapshot], version: "1.0.0")
    }

    public func check(_ context: ConnectorContext) async throws {
        guard try await tables(context).isEmpty else { return }
        throw AppError.source(.sqliteNoTables, ErrorCode.sqliteNoTables.summary, recovery: .fixConfig)
    }

    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try await tables(context).map(\.description)
    }

    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            let config = try SQLiteConfig(context.config)
            let connection = try connection(config, context, cancellation)
            return SQLiteRecordReader(try SQLiteReadSession(plan, connection, config.tables), cancellation)
        } onCancel: {
            cancellation.set()
        }
    }

    private func tables(_ context: ConnectorContext) async throws -> [SQLiteTable] {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            let config = try SQLiteConfig(context.config)
            let connection = try connection(config, context, cancellation)
            try connection.begin()
            return try SQLiteCatalog(connection, config.tables).tables()
        } onCancel: {
            cancellation.set()
        }
    }

    private func connection(
        _ config: SQLiteConfig, _ context: ConnectorContext, _ cancellation: Cancellation
    ) throws -> SQLiteConnection {
        let folder = try TenantFolder(root: root, tenant: context.tenant)
        return try SQLiteConnection(
            folder.place(config.path), cancellation: cancellation, clock: clock, patience: patience)
    }
}
