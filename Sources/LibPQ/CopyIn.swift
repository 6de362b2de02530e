import CLibPQ
import Domain
import Glibc

/// The rows of a `COPY … FROM STDIN (FORMAT binary)` in memory: the header, rows, the trailer (PostgreSQL 15, COPY, "Binary
/// Format").
public struct CopyRows: Sendable {
    /// Signature, flags and the length of the extension, which is empty.
    private static let header: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + Array(repeating: 0, count: 8)

    private(set) var bytes = CopyRows.header
    /// Rows so far.
    public private(set) var count = 0

    public init() {}

    public mutating func reserveCapacity(_ bytes: Int) { self.bytes.reserveCapacity(bytes) }

    /// Adds a row; `write` appends the number of its values (2 bytes) and each value with its length (4 bytes) before it, -1
    /// for null.
    public mutating func append(_ write: (inout [UInt8]) -> Void) {
        write(&bytes)
        count += 1
    }
}

extension PostgresConnection {
    /// Bytes that are handed to libpq at once: it keeps what it was given until the server has taken it.
    private static let copyPiece = 256 << 10

    /// Runs statements without parameters, separated by semicolons, one of which is a `COPY … FROM STDIN (FORMAT binary)` of
    /// `rows`; answers how many rows the server took.
    ///
    /// While the server waits for a piece it heeds no timeout of its own. `limit` bounds the whole call.
    public func copyIn(_ sql: String, _ rows: CopyRows, atMost limit: Duration) throws(PostgresError) -> Int {
        let deadline = clock.now() + limit
        guard !sql.utf8.contains(0), PQsendQuery(raw, sql) == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        var taken: Int?
        var failure: PostgresError?
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK:
                // Only a COPY has a count among such statements.
                if let count = PQcmdTuples(result).flatMap({ Int(String(cString: $0)) }) { taken = count }
            case PGRES_TUPLES_OK: break
            case PGRES_COPY_IN: try send(rows, until: deadline)
            case PGRES_COPY_OUT, PGRES_COPY_BOTH: throw PostgresError(.malformed)
            default: failure = failure ?? Self.refusal(result)
            }
        }
        settle()
        if let failure { throw failure }
        guard let taken else { throw PostgresError(.malformed) }
        return taken
    }

    private func send(_ rows: CopyRows, until deadline: Duration) throws(PostgresError) {
        var sent = 0
        while sent < rows.bytes.count {
            let length = min(rows.bytes.count - sent, Self.copyPiece)
            try put(until: deadline) { raw in
                rows.bytes.withUnsafeBytes { block in
                    PQputCopyData(
                        raw, block.baseAddress?.advanced(by: sent).assumingMemoryBound(to: CChar.self), Int32(length))
                }
            }
            sent += length
            try flush(until: deadline)
        }
        // The trailer: a row of -1 values.
        let trailer: [CChar] = [-1, -1]
        try put(until: deadline) { raw in PQputCopyData(raw, trailer, 2) }
        try put(until: deadline) { raw in PQputCopyEnd(raw, nil) }
        try flush(until: deadline)
    }

    /// Gives libpq something to send, as soon as it has room for it.
    private func put(until deadline: Duration, _ body: (OpaquePointer) -> Int32) throws(PostgresError) {
        while true {
            switch body(raw) {
            case 1: return
            case 0: try flush(until: deadline)
            default: throw lost()
            }
        }
    }
}
