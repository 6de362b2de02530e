public import ConnectorAPI
public import Domain
public import Egress
import LibPQ

/// Reads the tables and views of a PostgreSQL database, in full or along a cursor column.
///
/// Each call has a connection of its own and blocks its thread while it waits; cancelling its task stops the statement on
/// the server. A run reads all its entities in one snapshot. Memory stays flat: one batch, plus the largest row.
public struct PostgresConnector: Connector {
    private let egress: EgressGuard
    private let clock: MonotonicClock
    private let patience: PostgresPatience

    /// `egress` says which hosts may be reached.
    public init(egress: EgressGuard, clock: MonotonicClock) {
        self.init(egress: egress, clock: clock, patience: PostgresPatience())
    }

    init(egress: EgressGuard, clock: MonotonicClock, patience: PostgresPatience) {
        self.egress = egress
        self.clock = clock
        self.patience = patience
    }

    public var descriptor: ConnectorDescriptor {
        ConnectorDescriptor(
            type: "postgres", title: "PostgreSQL",
            description: "Tables and views of a PostgreSQL database, version 12 or newer.",
            docsURL: "/docs/connectors/postgres", configSchema: PostgresConfig.schema,
            capabilities: [.check, .discover, .full, .incremental, .snapshot], version: "1.0.0")
    }

    public func check(_ context: ConnectorContext) async throws {
        try await withSession(context) { session in
            try session.inTransaction {
                _ = try PostgresCatalog(connection: session.connection, config: session.config).named()
            }
        }
    }

    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try await withSession(context) { session in
            try session.inTransaction {
                try PostgresCatalog(connection: session.connection, config: session.config).tables().map(\.description)
            }
        }
    }

    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        try await read(context) { _ in plan }
    }

    /// What is offered is what the snapshot sees that is then read.
    public func read(
        _ context: ConnectorContext, plan: ([EntityDescription]) async throws -> ReadPlan
    ) async throws -> any RecordReader {
        let interrupt = Interrupt()
        return try await withTaskCancellationHandler {
            let session = try PostgresSession.open(context, guardedBy: egress, interrupt: interrupt, clock: clock)
            var read = try PostgresRead(in: session, patience: patience, clock: clock)
            read.begin(try await plan(read.offered))
            return PostgresRecordReader(read, interrupt: interrupt)
        } onCancel: {
            interrupt.fire()
        }
    }

    private func withSession<Result>(
        _ context: ConnectorContext, _ body: (PostgresSession) throws -> Result
    ) async throws -> Result {
        let interrupt = Interrupt()
        return try await withTaskCancellationHandler {
            let session = try PostgresSession.open(context, guardedBy: egress, interrupt: interrupt, clock: clock)
            do {
                return try body(session)
            } catch {
                session.connection.cancelStatement()
                throw error
            }
        } onCancel: {
            interrupt.fire()
        }
    }
}
