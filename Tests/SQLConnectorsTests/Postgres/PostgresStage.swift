import ConnectorAPI
import Domain
import Egress
import FaultKit
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

/// A database of a test's own, a connector that may reach it, and a mirror of what a store would hold of it.
final class PostgresStage {
    /// For reads that wait while the test goes on: they block their threads.
    static let threads = ConnectorThreads()

    let database: PostgresDatabase
    var config: JSONObject
    var secrets: [String: Secret<String>]
    let connector: PostgresConnector
    /// What a store would hold: by entity, by key.
    private(set) var mirror: [String: [[UInt8]: String]] = [:]
    private(set) var states: [String: [UInt8]] = [:]
    private(set) var rejects: [Reject] = []

    init(_ database: PostgresDatabase, patience: PostgresPatience = PostgresPatience()) throws {
        self.database = database
        config = [
            "host": .string(database.host), "port": .int(database.port), "database": .string(database.name),
            "user": .string(database.user),
        ]
        secrets = ["password": Secret(database.password)]
        let loopback = try #require(AllowedNetwork("127.0.0.0/8"))
        connector = PostgresConnector(
            egress: EgressGuard(allowing: [loopback]), clock: .machine, patience: patience)
    }

    static func shared(patience: PostgresPatience = PostgresPatience()) async throws -> PostgresStage {
        try PostgresStage(await PostgresServer.shared().database(), patience: patience)
    }

    var context: ConnectorContext { ConnectorContext(tenant: Self.tenant, config: config, secrets: secrets) }
    private static let tenant = TenantID.named("acme")

    func entity(_ name: String) async throws -> EntityDescription {
        try #require(try await connector.discover(context).first { $0.name == name })
    }

    /// Reads one entity as a run would, and keeps what a store would.
    @discardableResult
    func sync(
        _ name: String, _ mode: SyncMode = .full, cursor: String? = nil, key: [String]? = nil
    ) async throws -> Counts {
        let offered = try await entity(name)
        var counts = Counts()
        let plan = ReadPlan.Entity(
            name: name, mode: mode, primaryKey: key ?? offered.primaryKey, cursorField: cursor,
            state: mode == .incremental ? states[name] : nil)
        let reader = try await connector.read(ReadPlan(entities: [plan]), context)
        var seen: Set<[UInt8]> = []
        do {
            while let batch = try await reader.next() {
                keep(batch, &counts, &seen)
                if let end = batch.end, mode == .full, end.isComplete, end.isSnapshot {
                    for key in mirror[name, default: [:]].keys where !seen.contains(key) {
                        mirror[name]?[key] = nil
                        counts.deleted += 1
                    }
                }
            }
        } catch {
            await reader.close()
            throw error
        }
        await reader.close()
        return counts
    }

    private func keep(_ batch: RecordBatch, _ counts: inout Counts, _ seen: inout Set<[UInt8]>) {
        for item in batch.items {
            let key = Array(batch.bytes[item.keyRange])
            let body = String(decoding: batch.bytes[item.bodyRange], as: UTF8.self)
            counts.read += 1
            if mirror[batch.entity, default: [:]].updateValue(body, forKey: key) != body { counts.changed += 1 }
            seen.insert(key)
        }
        rejects += batch.rejects
        if let state = batch.state { states[batch.entity] = state }
        if batch.end != nil { counts.ends += 1 }
    }

    func bodies(_ entity: String) -> [String] { (mirror[entity] ?? [:]).values.sorted() }

    /// The code of the error that `body` throws.
    func failure(_ body: () async throws -> Void) async -> AppError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? AppError
        }
    }

    struct Counts: Equatable {
        var read = 0
        var changed = 0
        var deleted = 0
        var ends = 0
    }
}
