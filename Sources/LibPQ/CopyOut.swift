import CLibPQ
import Domain
import Glibc

/// A COPY TO STDOUT under way. Must be read to its end, or its connection closed.
public final class CopyOut {
    /// What came of a wait for the next piece.
    public enum Step: ~Copyable {
        case piece(CopyPiece)
        /// Nothing came in time; more may.
        case nothingYet
        case end
    }

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// Waits for the next piece. `limit` is asked only when there is a wait.
    public func next(within limit: () -> Duration) throws(PostgresError) -> Step {
        let raw = connection.raw
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(raw, &buffer, 1)
            switch count {
            case 1...:
                guard let buffer else { throw PostgresError(.malformed) }
                connection.wholeBytes += Int(count) + 5
                return .piece(CopyPiece(buffer, count: Int(count)))
            case 0:
                guard try connection.isReady(for: POLLIN, within: limit()) else { return .nothingYet }
                try connection.takeIn(upTo: PostgresConnection.longestPiece)
            case -1:
                try finish()
                return .end
            default:
                throw connection.lost()
            }
        }
    }

    /// Reads how the statement ended: a COPY may fail after its last row.
    private func finish() throws(PostgresError) {
        try connection.readAnswer(until: connection.clock.now() + .seconds(60)) { _ throws(PostgresError) in
            throw PostgresError(.malformed)
        }
    }
}

/// One CopyData message of the protocol, in libpq's memory for as long as this value lives.
public struct CopyPiece: ~Copyable {
    private let buffer: UnsafeMutablePointer<CChar>
    private let count: Int

    init(_ buffer: UnsafeMutablePointer<CChar>, count: Int) {
        self.buffer = buffer
        self.count = count
    }

    deinit { PQfreemem(buffer) }

    /// Valid inside `body` only.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: buffer, count: count))
    }
}

extension PostgresConnection {
    /// Starts a `COPY … TO STDOUT`; waits at most `limit` for the server to begin.
    public func copyOut(_ sql: String, atMost limit: Duration) throws(PostgresError) -> CopyOut {
        let deadline = clock.now() + limit
        try send(sql, [], until: deadline)
        guard let result = try nextResult(until: deadline) else { throw PostgresError(.malformed) }
        defer { PQclear(result) }
        if PQresultStatus(result) == PGRES_COPY_OUT { return CopyOut(self) }
        let failure = Self.refusal(result)
        try readAnswer(until: deadline) { _ in }
        throw failure.sqlState == nil ? PostgresError(.malformed) : failure
    }
}
