import ConnectorAPI
import Domain
import JSON

/// Writes rows of binary COPY as compact JSON objects, one at a time, into memory of its own. The hot path of the
/// connector: no allocation a row, and one check for room a value of fixed width.
///
/// Whatever bytes a row has, a row that is written is a valid JSON object or longer than a record may be.
final class PostgresRowWriter {
    private struct Column {
        /// Where `{"name":` or `,"name":` is in `names`.
        var nameStart: Int
        var nameLength: Int
        var format: ValueFormat
        var isArray: Bool
        /// The place among the key's columns; -1 for none.
        var keyPlace: Int
    }

    private let columns: [Column]
    private let readings: [ColumnReading]
    private var names: RowText
    private var text = RowText(capacity: 4096)
    private let cursor: Int
    private let cursorKind: CursorKind?
    /// Where the key's values are in the row written last, a null as `null`; nil where the row was cut or rejected.
    private(set) var keyRanges: [Range<Int>?]
    /// The cursor's value in the row written last, even if that was rejected; nil for a null and without a cursor;
    /// the least and the greatest `Int64` are the infinities.
    private(set) var cursorValue: Int64?

    /// `key` and `cursor` are places among the columns.
    init(columns: [(name: String, reading: ColumnReading)], key: [Int], cursor: Int?) {
        var text: [UInt8] = []
        self.columns = columns.enumerated().map { index, column in
            let start = text.count
            text.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            text.append(contentsOf: JSONValue.string(column.name).serialized())
            text.append(UInt8(ascii: ":"))
            return Column(
                nameStart: start, nameLength: text.count - start, format: column.reading.format,
                isArray: column.reading.isArray, keyPlace: key.firstIndex(of: index) ?? -1)
        }
        names = RowText(capacity: text.count)
        for byte in text { names.put(byte) }
        readings = columns.map(\.reading)
        self.cursor = cursor ?? -1
        cursorKind = cursor.flatMap { columns.indices.contains($0) ? columns[$0].reading.cursorKind : nil }
        keyRanges = Array(repeating: nil, count: key.count)
    }

    deinit {
        names.deallocate()
        text.deallocate()
    }

    /// The row written last; after a reject, the part of it before the fault. Lasts until the next one is written.
    var object: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: text.bytes, count: text.count) }

    /// Writes one tuple of COPY (FORMAT binary): the number of fields, then a length and bytes for each. A row longer
    /// than a body may be is cut, but stays longer.
    func write(_ row: UnsafeRawBufferPointer) throws(RowFault) {
        guard let start = row.baseAddress else { throw .malformed }
        let bytes = ValueBytes(start: start, count: row.count, limit: start + row.count)
        // Taken out for the call, so that the compiler can keep its parts in registers.
        var text = self.text
        text.count = 0
        cursorValue = nil
        defer { self.text = text }
        do {
            try write(bytes, to: &text)
        } catch {
            for index in keyRanges.indices { keyRanges[index] = nil }
            switch error {
            case .malformed: throw .malformed
            case .oversize: try findCursor(bytes)
            case .notUTF8: throw try reject(.recordNotUTF8, bytes)
            case .invalidJSON: throw try reject(.recordJSONInvalid, bytes)
            }
        }
    }

    @inline(__always)
    private func write(_ row: ValueBytes, to text: inout RowText) throws(ValueFault) {
        guard row.count >= 2, Int(row.load(0, as: Int16.self)) == columns.count else { throw .malformed }
        if columns.isEmpty { text.put(UInt8(ascii: "{")) }
        var place = 2
        for index in columns.indices {
            let column = columns[index]
            text.ensure(column.nameLength &+ RowText.fixedRoom)
            text.putSlack(names.bytes + column.nameStart, count: column.nameLength)
            let start = text.count
            if let value = try row.field(at: &place) {
                if column.isArray {
                    try text.array(value, of: readings[index])
                } else {
                    try text.value(value, column.format, depth: 1)
                }
                if index == cursor { cursorValue = try cursorValue(of: value) }
                guard text.count <= RowText.longest else { throw .oversize }
            } else {
                text.put("null")
            }
            if column.keyPlace >= 0 { keyRanges[column.keyPlace] = start..<text.count }
        }
        guard place == row.count else { throw .malformed }
        text.put(UInt8(ascii: "}"))
    }

    private func cursorValue(of value: ValueBytes) throws(ValueFault) -> Int64? {
        switch cursorKind {
        case .integer:
            switch value.count {
            case 2: return Int64(value.load(0, as: Int16.self))
            case 4: return Int64(value.load(0, as: Int32.self))
            default: return try value.whole(as: Int64.self)
            }
        case .date:
            let days = try RowText.days(value)
            return days == .max ? .max : days == .min ? .min : Int64(days)
        case .timestamp, .timestamptz: return try RowText.microseconds(value)
        case nil: return nil
        }
    }

    private func reject(_ code: ErrorCode, _ row: ValueBytes) throws(RowFault) -> RowFault {
        try findCursor(row)
        return .reject(code)
    }

    /// Walks over a row that wasn't written to its end.
    private func findCursor(_ row: ValueBytes) throws(RowFault) {
        do {
            var place = 2
            for index in columns.indices {
                let value = try row.field(at: &place)
                if index == cursor, let value { cursorValue = try cursorValue(of: value) }
            }
            guard place == row.count else { throw ValueFault.malformed }
        } catch {
            throw .malformed
        }
    }
}
