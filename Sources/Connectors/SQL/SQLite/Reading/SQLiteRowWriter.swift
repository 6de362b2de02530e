import ConnectorAPI
import Domain
import GRDBSQLite
import JSON

/// Writes rows as compact JSON objects, one at a time, into memory of its own.
final class SQLiteRowWriter {
    private struct Column {
        /// `{"name":` or `,"name":`, which lies in `names`.
        var nameStart: Int
        var nameLength: Int
        /// The place among the key's fields; -1 for none.
        var keyPlace: Int
    }

    private let columns: [Column]
    private var names: RowText
    private var text = RowText(capacity: 4_096)
    /// Where the key's values are in the row written last; nil for NULL, too.
    private(set) var keyRanges: [Range<Int>?]

    /// `key` are the places among the columns of the primary key's fields.
    init(columns names: [String], key: [Int]) {
        var room = RowText(capacity: 64)
        columns = names.enumerated().map { index, name in
            let start = room.count
            let quoted = JSONValue.string(name).serialized()
            room.ensure(quoted.count + 2)
            room.put(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            for byte in quoted { room.put(byte) }
            room.put(UInt8(ascii: ":"))
            return Column(nameStart: start, nameLength: room.count - start, keyPlace: key.firstIndex(of: index) ?? -1)
        }
        self.names = room
        keyRanges = Array(repeating: nil, count: key.count)
    }

    deinit {
        names.deallocate()
        text.deallocate()
    }

    /// The row written last, or as much of it as could be written.
    var row: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: text.bytes, count: text.count) }

    /// Writes the row that the statement is at; answers why it can't be a record, or nil.
    func write(_ statement: OpaquePointer) -> ErrorCode? {
        text.count = 0
        do throws(ValueFault) {
            for index in columns.indices {
                let column = columns[index]
                text.ensure(column.nameLength &+ RowText.fixedRoom)
                text.putSlack(names.bytes + column.nameStart, count: column.nameLength)
                let start = text.count
                try value(statement, Int32(truncatingIfNeeded: index))
                if column.keyPlace >= 0 { keyRanges[column.keyPlace] = start..<text.count }
                if text.count > RecordBatch.maxBodyBytes { return .recordTooLarge }
            }
        } catch {
            return error == .notUTF8 ? .recordNotUTF8 : .recordTooLarge
        }
        if columns.isEmpty { text.put(UInt8(ascii: "{")) }
        text.ensure(1)
        text.put(UInt8(ascii: "}"))
        return nil
    }

    @inline(__always)
    private func value(_ statement: OpaquePointer, _ column: Int32) throws(ValueFault) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: text.integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: text.double(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(statement, column) else { throw .oversize }
            try text.string(Self.bytes(start, statement, column))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(statement, column) else { return text.put("\"\"") }
            try text.base64(Self.bytes(start, statement, column))
        default: text.put("null")
        }
    }

    @inline(__always)
    private static func bytes(_ start: UnsafeRawPointer, _ statement: OpaquePointer, _ column: Int32) -> ValueBytes {
        let count = Int(sqlite3_column_bytes(statement, column))
        return ValueBytes(start: start, count: count, limit: start + count)
    }
}
