import ConnectorAPI
import Domain
import FoundationEssentials
import GRDBSQLite
import Glibc
import JSON
import TestSupport

@testable import SQLConnectors

/// A folder of files with a tenant's folder `t1` in it; gone when it goes out of use.
final class SQLiteFolder: Sendable {
    private let folder: TemporaryFolder
    let tenant: String
    /// One that stands still unless a test brings its own.
    let clock: MonotonicClock

    var root: String { folder.path }

    init(clock: MonotonicClock = MonotonicClock(now: { .zero }, sleep: { _ in })) throws {
        folder = try TemporaryFolder()
        tenant = folder.path + "/t1"
        self.clock = clock
        try FileManager.default.createDirectory(atPath: tenant, withIntermediateDirectories: true)
    }

    struct Failure: Error { var number: Int32 }

    /// A database in the tenant's folder, made if it isn't there, open for writing.
    func database(_ path: String = "a.db") throws -> SQLiteDatabase { try SQLiteDatabase("\(tenant)/\(path)") }

    func bytes(_ path: String = "a.db") throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(tenant)/\(path)") else {
            throw Failure(number: ENOENT)
        }
        return Array(data)
    }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        guard let file = fopen("\(tenant)/\(path)", "w") else { throw Failure(number: errno) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(number: errno) }
    }

    func link(_ path: String, to target: String) throws {
        guard symlink(target, "\(tenant)/\(path)") == 0 else { throw Failure(number: errno) }
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: tenant).sorted() }
    }

    func context(_ config: JSONObject = ["path": "a.db"]) throws -> ConnectorContext {
        guard let tenant = TenantID("t1") else { throw Failure(number: 0) }
        return ConnectorContext(tenant: tenant, config: config)
    }

    func connector(_ patience: SQLiteConnection.Patience = .init(busy: 0)) -> SQLiteConnector {
        SQLiteConnector(root: root, clock: clock, patience: patience)
    }

    func discover(_ config: JSONObject = ["path": "a.db"]) async throws -> [EntityDescription] {
        try await connector().discover(context(config))
    }

    func reader(_ entities: [ReadPlan.Entity], _ config: JSONObject = ["path": "a.db"]) async throws -> any RecordReader
    {
        try await connector().read(ReadPlan(entities: entities), context(config))
    }

    /// Reads these entities, or all in full with their own keys, to the end or to the first failure.
    func read(
        _ entities: [ReadPlan.Entity]? = nil, _ config: JSONObject = ["path": "a.db"]
    ) async throws -> SQLiteResult {
        var result = SQLiteResult()
        do {
            var plan = entities ?? []
            if entities == nil {
                plan = try await discover(config).map { .init(name: $0.name, mode: .full, primaryKey: $0.primaryKey) }
            }
            let reader = try await reader(plan, config)
            while let batch = try await reader.next() { result.add(batch) }
            await reader.close()
        } catch let error as AppError {
            result.error = error
        }
        return result
    }
}

/// What a read gave.
struct SQLiteResult {
    var bodies: [String] = []
    var keys: [[UInt8]] = []
    var entities: [String] = []
    var rejects: [Reject] = []
    var ends: [String: EntityEnd] = [:]
    /// The last of each entity.
    var states: [String: [UInt8]] = [:]
    var batches = 0
    var error: AppError?

    mutating func add(_ batch: RecordBatch) {
        batches += 1
        for item in batch.items {
            bodies.append(String(decoding: batch.bytes[item.bodyRange], as: UTF8.self))
            keys.append(Array(batch.bytes[item.keyRange]))
            entities.append(batch.entity)
        }
        rejects += batch.rejects
        if let end = batch.end { ends[batch.entity] = end }
        if let state = batch.state { states[batch.entity] = state }
    }
}

/// A connection of a test's own, open for writing.
final class SQLiteDatabase {
    struct Failure: Error, CustomStringConvertible {
        var code: Int32
        var description: String
    }

    let handle: OpaquePointer

    init(_ path: String) throws {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard let handle, code == SQLITE_OK else { throw Failure(code: code, description: "can't open") }
        self.handle = handle
        sqlite3_busy_timeout(handle, 10_000)
        try run("PRAGMA synchronous = OFF")
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ sql: String) throws {
        var message: UnsafeMutablePointer<CChar>?
        let code = sqlite3_exec(handle, sql, nil, nil, &message)
        defer { sqlite3_free(message) }
        guard code == SQLITE_OK else {
            throw Failure(code: code, description: message.map { String(cString: $0) } ?? "code \(code)")
        }
    }

    /// Every row of a query, its values joined by `|`.
    func rows(_ sql: String) throws -> [String] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(code: sqlite3_errcode(handle), description: String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                }.joined(separator: "|"))
        }
        return rows
    }
}
