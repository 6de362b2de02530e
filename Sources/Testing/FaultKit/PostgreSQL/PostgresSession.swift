import CLibPQ
import Glibc
import Synchronization

/// One connection to a PostgreSQL database. Calls block; those of several threads come one after another.
public final class PostgresSession: Sendable {
    private let connection: Mutex<Handle>

    /// @unchecked: used by one thread at a time, under the lock.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Connects with libpq's own parameters (`host`, `port`, `sslmode` …).
    public init(_ parameters: [String: String]) throws {
        let names = parameters.keys.sorted()
        let cNames = names.map { strdup($0) }
        let cValues = names.map { strdup(parameters[$0] ?? "") }
        defer { for text in cNames + cValues { free(text) } }
        let keywords = cNames.map { UnsafePointer($0) } + [nil]
        let values = cValues.map { UnsafePointer($0) } + [nil]
        guard let opened = PQconnectdbParams(keywords, values, 0) else { throw FaultKitFailure("libpq has no memory") }
        guard PQstatus(opened) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(opened))
            PQfinish(opened)
            throw PostgresFailure(message: message, state: "")
        }
        _ = PQsetNoticeReceiver(opened, { _, _ in }, nil)
        connection = Mutex(Handle(pointer: opened))
    }

    deinit { connection.withLock { PQfinish($0.pointer) } }

    /// The id of the server's process that serves it.
    public var serverProcess: Int32 { connection.withLock { PQbackendPID($0.pointer) } }

    /// Whether the connection is encrypted.
    public var isEncrypted: Bool { connection.withLock { PQsslInUse($0.pointer) == 1 } }

    /// Runs one or more statements and drops their rows.
    public func execute(_ sql: String) throws { _ = try rows(sql) }

    /// Runs a statement and answers its rows as text; nil is SQL's null. With `values` for `$1` and so on it must be
    /// one statement; without, it may be several, of which the last one's rows are answered.
    @discardableResult
    public func rows(_ sql: String, _ values: [String?] = []) throws -> [[String?]] {
        try connection.withLock { handle in
            let connection = handle.pointer
            let texts = values.map { $0.flatMap { strdup($0) } }
            defer { for text in texts { free(text) } }
            let result =
                values.isEmpty
                ? PQexec(connection, sql)
                : PQexecParams(
                    connection, sql, Int32(values.count), nil, texts.map { UnsafePointer($0) }, nil, nil, 0)
            defer { PQclear(result) }
            try Self.check(result, [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY], connection)
            return Self.rows(of: result)
        }
    }

    /// Loads rows by COPY: each line is one row in COPY's text form, without its end.
    ///
    /// - Parameters:
    ///   - table: The table as SQL writes it, with its columns where not all are given: `public.t (a, b)`.
    ///   - lines: The rows.
    public func copyIn(_ table: String, _ lines: some Sequence<String>) throws {
        try connection.withLock { handle in
            let connection = handle.pointer
            let start = PQexec(connection, "COPY \(table) FROM STDIN")
            defer { PQclear(start) }
            try Self.check(start, [PGRES_COPY_IN], connection)
            var block: [UInt8] = []
            for line in lines {
                block += line.utf8
                block.append(UInt8(ascii: "\n"))
                if block.count > 1 << 16 { try Self.put(&block, connection) }
            }
            try Self.put(&block, connection)
            guard PQputCopyEnd(connection, nil) == 1 else { throw Self.failure(nil, connection) }
            while let result = PQgetResult(connection) {
                defer { PQclear(result) }
                try Self.check(result, [PGRES_COMMAND_OK], connection)
            }
        }
    }

    /// Where a process can be frozen while the server waits for it.
    public enum Standstill: Sendable, CaseIterable {
        /// A statement was sent with its values and the end of it wasn't (Sync, in PostgreSQL 15's 55.2.3).
        case withinStatement
        /// An answer comes that nobody takes in.
        case withinAnswer
    }

    /// Stands still in a statement, as long as the session lasts.
    public func standStill(_ where: Standstill) throws {
        try connection.withLock { handle in
            let connection = handle.pointer
            let isSent =
                switch `where` {
                case .withinStatement:
                    PQenterPipelineMode(connection) == 1
                        && PQsendQueryParams(connection, "SELECT 1", 0, nil, nil, nil, nil, 0) == 1
                        && PQflush(connection) == 0
                case .withinAnswer:
                    PQsendQuery(connection, "SELECT repeat('x', 1000) FROM generate_series(1, 200000)") == 1
                }
            guard isSent else { throw Self.failure(nil, connection) }
        }
    }

    private static func put(_ block: inout [UInt8], _ connection: OpaquePointer) throws {
        let sent = block.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { PQputCopyData(connection, $0.baseAddress, Int32($0.count)) }
        }
        guard sent == 1 else { throw failure(nil, connection) }
        block.removeAll(keepingCapacity: true)
    }

    private static func check(
        _ result: OpaquePointer?, _ good: [ExecStatusType], _ connection: OpaquePointer
    ) throws {
        guard good.contains(PQresultStatus(result)) else { throw failure(result, connection) }
    }

    private static func failure(_ result: OpaquePointer?, _ connection: OpaquePointer) -> PostgresFailure {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        return PostgresFailure(message: String(cString: PQerrorMessage(connection)), state: state ?? "")
    }

    private static func rows(of result: OpaquePointer?) -> [[String?]] {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}

/// What PostgreSQL or libpq answered instead of doing it.
public struct PostgresFailure: Error, CustomStringConvertible {
    /// As it was said.
    public let message: String
    /// The SQLSTATE; empty where the connection itself failed.
    public let state: String

    /// State and message.
    public var description: String { "\(state) \(message)" }
}
