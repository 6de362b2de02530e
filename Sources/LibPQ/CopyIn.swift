import CLibPQ
import Domain
import Glibc

/// The binary form of COPY (PostgreSQL 15, COPY, "Binary Format").
public enum CopyFormat {
    /// What it begins with.
    public static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
}

/// A `COPY … FROM STDIN (FORMAT binary)` under way (PostgreSQL 15, COPY, "Binary Format"): rows go out while more are made, so that
/// the server works meanwhile.
///
/// While the server waits for a row it heeds no timeout of its own. After any error but a `refusal` the connection is of no
/// more use.
public struct CopyIn: ~Copyable {
    /// With flags and the length of the extension, which is empty.
    private static let header = CopyFormat.signature + Array(repeating: 0, count: 8)
    /// Bytes that are made before they go out: libpq keeps what the server hasn't taken.
    private static let pieceBytes = 128 << 10

    private let connection: PostgresConnection
    private let deadline: Duration
    private var piece: [UInt8] = CopyIn.header

    fileprivate init(_ connection: PostgresConnection, until deadline: Duration) {
        self.connection = connection
        self.deadline = deadline
        piece.reserveCapacity(Self.pieceBytes * 2)
    }

    /// Adds a row; `write` appends the number of its values (2 bytes) and each value with its length (4 bytes) before it, -1
    /// for null.
    public mutating func append(_ write: (inout [UInt8]) -> Void) throws(PostgresError) {
        write(&piece)
        if piece.count >= Self.pieceBytes { try send() }
    }

    /// Ends the rows; answers how many the server took.
    fileprivate mutating func finish() throws(PostgresError) -> Int {
        // The trailer: a row of -1 values.
        piece += [0xFF, 0xFF]
        try send()
        try connection.put(until: deadline) { raw in PQputCopyEnd(raw, nil) }
        try connection.flush(until: deadline)
        let taken = try connection.copyCount(until: deadline)
        guard let taken else { throw PostgresError(.malformed) }
        return taken
    }

    /// Waits until the piece before has gone out, and hands over this one.
    private mutating func send() throws(PostgresError) {
        try connection.flush(until: deadline)
        try connection.put(until: deadline) { raw in
            piece.withUnsafeBytes { block in
                PQputCopyData(raw, block.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(block.count))
            }
        }
        // What the socket takes at once; the rest goes out before the next piece.
        guard PQflush(connection.raw) >= 0 else { throw connection.lost() }
        piece.removeAll(keepingCapacity: true)
    }
}

extension PostgresConnection {
    /// Runs statements without parameters, separated by semicolons, one of which is a `COPY … FROM STDIN (FORMAT binary)` that
    /// `body` gives rows to; answers how many the server took. `limit` bounds the whole call.
    public func copyIn(
        _ sql: String, atMost limit: Duration, _ body: (inout CopyIn) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Int {
        let deadline = clock.now() + limit
        guard !sql.utf8.contains(0), PQsendQuery(raw, sql) == 1 else { throw PostgresError(.connectionLost) }
        try flush(until: deadline)
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: break
            case PGRES_COPY_IN:
                var copy = CopyIn(self, until: deadline)
                try body(&copy)
                return try copy.finish()
            case PGRES_COPY_OUT, PGRES_COPY_BOTH: throw PostgresError(.malformed)
            default:
                let failure = Self.refusal(result)
                _ = try copyCount(until: deadline)
                throw failure
            }
        }
        settle()
        throw PostgresError(.malformed)
    }

    /// Reads all that is answered to its end; the rows that a COPY took, nil where none did. Throws the first refusal.
    fileprivate func copyCount(until deadline: Duration) throws(PostgresError) -> Int? {
        var taken: Int?
        var failure: PostgresError?
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            // Only a COPY has a count among such statements.
            case PGRES_COMMAND_OK: taken = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? taken
            case PGRES_TUPLES_OK: break
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw PostgresError(.malformed)
            default: failure = failure ?? Self.refusal(result)
            }
        }
        settle()
        if let failure { throw failure }
        return taken
    }

    /// Gives libpq something to send, as soon as it has room for it.
    fileprivate func put(until deadline: Duration, _ body: (OpaquePointer) -> Int32) throws(PostgresError) {
        while true {
            switch body(raw) {
            case 1: return
            case 0: try flush(until: deadline)
            default: throw lost()
            }
        }
    }
}
