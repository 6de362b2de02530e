import FaultKit
import Foundation
import JSON
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program with one DataSource that reads a ledger, from a PostgreSQL table or a CSV file.
final class LedgerStage {
    enum Kind: String, Sendable, CaseIterable {
        case postgres
        case file
    }

    /// What the program keeps everything in.
    enum Store: Sendable, CaseIterable {
        case sqlite
        case postgres
    }

    let kind: Kind
    let server: ServerProcess
    private(set) var ledger: Ledger
    /// nil where the ledger is a file.
    private(set) var table: LedgerTable?
    private(set) var follower = FeedFollower(source: "")
    private(set) var source = ""

    /// What a failing test says.
    var note: String { "\(kind), seed \(ledger.seed)" }
    var entity: String { kind == .postgres ? "public.ledger" : "ledger" }
    private var form: LedgerRow.Form { kind == .postgres ? .typed : .text }

    /// Starts the program and registers the ledger.
    ///
    /// - Parameters:
    ///   - kind: Where the ledger is.
    ///   - rows: How many rows it has at first.
    ///   - store: What the program keeps everything in.
    ///   - database: Where a table is laid down; nil = in one of its own on the shared server.
    ///   - config: Members of a table's config that take the place of the stage's own.
    ///   - settings: What the program is started with beyond the stage's own.
    init(
        _ kind: Kind, rows: Int, store: Store = .sqlite, in database: PostgresDatabase? = nil,
        config: JSONObject = [:], settings: [String: String] = [:]
    ) async throws {
        self.kind = kind
        ledger = Ledger()
        var all = ["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"]
        if store == .postgres {
            // No other process says that a killed one is gone: its lease does.
            all.merge(try await Self.settings(storingIn: PostgresServer.shared().database())) { $1 }
            all["TRIBUTARY_LEASE_SECONDS"] = "1"
        }
        server = try ServerProcess(all.merging(settings) { $1 })
        let rows = ledger.prepare(rows: rows)
        var new: JSONObject = ["name": "Ledger", "type": .string(kind.rawValue)]
        if kind == .postgres {
            var database = database
            if database == nil { database = try await PostgresServer.shared().database() }
            let table = try LedgerTable(in: try #require(database))
            try table.load(rows)
            self.table = table
            new["config"] = .object(Self.config(of: table.database, with: config))
            new["entities"] = [
                ["name": .string(entity), "mode": "incremental", "cursor_field": "updated_at", "primary_key": ["id"]]
            ]
        } else {
            new["config"] = ["path": "ledger.csv", "primary_key": ["id"]]
            try server.write("ledger.csv", ledger.csv())
        }
        try server.start()
        let client = try server.client()
        source = try await client.datasources.create(json: new).id
        follower = FeedFollower(source: source)
        await client.close()
    }

    private static func config(of database: PostgresDatabase, with members: JSONObject) -> JSONObject {
        var config: JSONObject = [
            "host": .string(database.host), "port": .number(JSONNumber(database.port)),
            "database": .string(database.name), "user": .string(database.user),
            "password": .string(database.password), "sslmode": "disable",
        ]
        for member in members { config[member.name] = member.value }
        return config
    }

    /// Lets so many things happen in the ledger.
    func change(_ count: Int) throws { try lay(ledger.next(count)) }

    /// Updates so many rows.
    func sweep(rows: Int) throws { try lay(ledger.sweep(rows: rows)) }

    /// Ends all transactions that are open.
    func finishTransactions() throws { try lay(ledger.finish()) }

    /// For after a crash of PostgreSQL.
    func reconnect() { table?.reconnect() }

    private func lay(_ events: [Ledger.Event]) throws {
        if let table { return try table.apply(events) }
        try server.write("ledger.csv", ledger.csv())
    }

    /// Queues a run or joins the one that is there, whatever was asked of that.
    func sync(_ client: TributaryClient, mode: String? = nil) async throws -> SyncRunBody {
        let mode = kind == .postgres ? mode : nil
        do {
            return try await client.datasources.sync(source, SyncRequestBody(mode: mode))
        } catch let error as TributaryError where error.status == 409 {
            guard let run = try await newestRun(client) else { throw error }
            return run
        }
    }

    func newestRun(_ client: TributaryClient) async throws -> SyncRunBody? {
        try await client.datasources.runs(source, limit: 1).items.first
    }

    /// Waits until no run is under way; answers the newest.
    @discardableResult
    func settle(_ client: TributaryClient) async throws -> SyncRunBody? {
        guard let run = try await newestRun(client), !run.hasEnded else { return try await newestRun(client) }
        return try await client.datasources.finished(run)
    }

    /// A run of its own to the end.
    func syncToEnd(_ client: TributaryClient, mode: String? = nil) async throws -> SyncRunBody {
        try await settle(client)
        let run = try await sync(client, mode: mode)
        return try await client.datasources.finished(run)
    }

    func follow(_ client: TributaryClient, pages: Int = .max, limit: Int = 5000) async throws {
        try await follower.follow(client, pages: pages, limit: limit)
    }

    /// The store holds what the ledger does, and the feed told the way to it without a fault.
    func expectTruth(_ client: TributaryClient, knowsDeletions: Bool = true) async throws {
        try await follower.compare(client, entity: entity)
        try await expectFedTruth(client, knowsDeletions: knowsDeletions)
    }

    /// The feed leads to what the ledger holds, without a fault; the records listing isn't looked at.
    func expectFedTruth(_ client: TributaryClient, knowsDeletions: Bool = true) async throws {
        try await follow(client)
        let bodies = follower.bodies()
        #expect(follower.faults.isEmpty, "\(note)")
        let truth = try table?.rows() ?? ledger.truth
        let differences = Ledger.differences(
            between: truth, and: bodies, form: form, leftOver: knowsDeletions ? [] : ledger.gone)
        #expect(differences.isEmpty, "\(note)")
    }
}

extension LedgerStage {
    /// What a program that keeps everything in this database is started with.
    static func settings(storingIn database: PostgresDatabase) -> [String: String] {
        [
            "TRIBUTARY_DATABASE_URL": database.url + "?sslmode=disable",
            "TRIBUTARY_MASTER_KEYS": "test:" + Data(repeating: 7, count: 32).base64EncodedString(),
        ]
    }
}
