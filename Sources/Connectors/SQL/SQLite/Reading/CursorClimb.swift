import GRDBSQLite

/// How far a read in rising order has come: the highest number that it met, or the highest text if it met none.
/// Infinities and BLOBs don't count: nothing could come after them.
struct CursorClimb {
    private var settled: CursorValue?
    private var number: CursorValue?
    /// The start of the text met last, while there is no number.
    private var text: [UInt8] = []
    private var hasText = false

    /// `value` is what was reached before.
    init(_ value: CursorValue?) { settled = value }

    /// Takes the cursor of the row that a statement is at.
    mutating func meet(_ statement: OpaquePointer, _ column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: number = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, column)
            if value.isFinite { number = .real(value) }
        case SQLITE_TEXT where number == nil && settled?.isText != false:
            guard let start = sqlite3_column_text(statement, column) else { return }
            let count = min(Int(sqlite3_column_bytes(statement, column)), CursorValue.longestText)
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
            hasText = true
        default: break
        }
    }

    /// What was reached. All rows before the last one met are below it or equal, so a state may hold it.
    mutating func settle() -> CursorValue? {
        if let number {
            settled = number
        } else if hasText, let text = CursorValue(startOfText: text) {
            settled = text
        }
        return settled
    }
}
