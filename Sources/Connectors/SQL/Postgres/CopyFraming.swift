import LibPQ

/// Finds the rows in the pieces of a binary COPY (PostgreSQL 15, COPY, "Binary Format"): the header stands before the first
/// row, a trailer is the last; each row comes as one piece.
struct CopyFraming: Sendable {
    /// Signature, flags, length of the extension.
    private static let headerBytes = 19

    private(set) var hasBegun = false
    private(set) var hasEnded = false

    /// The row in a piece; nil for one that has none.
    mutating func row(in piece: UnsafeRawBufferPointer) throws(PostgresError) -> UnsafeRawBufferPointer? {
        var row = piece
        if !hasBegun {
            hasBegun = true
            guard piece.count >= Self.headerBytes, piece.starts(with: CopyFormat.signature),
                piece[CopyFormat.signature.count...].prefix(8).allSatisfy({ $0 == 0 })
            else { throw PostgresError(.malformed) }
            row = UnsafeRawBufferPointer(rebasing: piece[Self.headerBytes...])
        }
        if row.isEmpty { return nil }
        guard !hasEnded, row.count >= 2 else { throw PostgresError(.malformed) }
        if row[0] == 0xFF, row[1] == 0xFF {
            hasEnded = true
            guard row.count == 2 else { throw PostgresError(.malformed) }
            return nil
        }
        return row
    }
}
