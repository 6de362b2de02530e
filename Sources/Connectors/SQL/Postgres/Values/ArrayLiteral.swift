/// PostgreSQL's text of an array, with its bounds: `[0:2]={1,2,3}`. Rarely needed, so it is made in memory of its own.
struct ArrayLiteral {
    private let reading: ColumnReading
    private var text = RowText(capacity: 256)
    /// One element as it stands in a record.
    private var element = RowText(capacity: 256)

    init(_ reading: ColumnReading) { self.reading = reading }

    /// Frees the memory; the literal is of no more use.
    func deallocate() {
        text.deallocate()
        element.deallocate()
    }

    /// What was written, which isn't known to be UTF-8.
    var value: ValueBytes {
        ValueBytes(start: text.bytes, count: text.count, limit: UnsafeRawPointer(text.bytes + text.count))
    }

    /// Writes the whole array, and moves `place` to the end of its last element.
    mutating func write(_ value: ValueBytes, _ shape: ArrayShape, _ place: inout Int) throws(ValueFault) {
        // Six times two numbers of at most 11 digits, two brackets and a colon.
        text.ensure(6 * 25 + RowText.fixedRoom)
        if !shape.countsFromOne {
            for dimension in 0..<shape.dimensions {
                text.put(UInt8(ascii: "["))
                text.integer(Int64(shape.first(dimension)))
                text.put(UInt8(ascii: ":"))
                text.integer(Int64(shape.first(dimension) + shape.size(dimension) - 1))
                text.put(UInt8(ascii: "]"))
            }
            text.put(UInt8(ascii: "="))
        }
        try elements(value, shape, 0, &place)
    }

    private mutating func elements(
        _ value: ValueBytes, _ shape: ArrayShape, _ dimension: Int, _ place: inout Int
    ) throws(ValueFault) {
        text.put(UInt8(ascii: "{"))
        for index in 0..<shape.size(dimension) {
            text.ensure(RowText.fixedRoom)
            if index > 0 { text.put(reading.delimiter) }
            if dimension + 1 < shape.dimensions {
                try elements(value, shape, dimension + 1, &place)
            } else if let field = try value.field(at: &place) {
                try put(field)
            } else {
                text.put("NULL")
            }
            // The last `]` of a longer one would still fit, but the record's object is around it.
            guard text.count <= RowText.longest else { throw .oversize }
        }
        text.ensure(RowText.fixedRoom)
        text.put(UInt8(ascii: "}"))
    }

    private mutating func put(_ field: ValueBytes) throws(ValueFault) {
        switch reading.format {
        case .text, .varchar, .bpchar, .name: quoted(field.bytes, field.count)
        case .bytea: hex(field)
        case .char: try char(field)
        default:
            element.count = 0
            element.ensure(RowText.fixedRoom)
            do {
                // As deep as in a record, since a reader makes the same of it.
                try element.value(field, reading.format, depth: 2)
            } catch {
                guard case .oversize = error else { throw error }
            }
            let isString = !reading.format.isJSON && element.bytes[0] == UInt8(ascii: "\"")
            if isString || reading.format.isJSON {
                quoted(element.bytes + (isString ? 1 : 0), element.count - (isString ? 2 : 0))
            } else {
                text.ensure(element.count + RowText.fixedRoom)
                text.put(element.bytes, count: element.count)
            }
        }
    }

    /// The value of `"char"` as its input function reads it.
    private mutating func char(_ field: ValueBytes) throws(ValueFault) {
        let byte = try field.whole(as: UInt8.self)
        if byte < 0x80 { return quoted(field.bytes, byte == 0 ? 0 : 1) }
        text.put("\"\\\\")
        for shift in [6, 3, 0] as [UInt8] { text.put(UInt8(ascii: "0") + byte >> shift & 7) }
        text.put(UInt8(ascii: "\""))
    }

    private mutating func hex(_ field: ValueBytes) {
        let length = min(field.count, RowText.longest)
        text.ensure(length * 2 + RowText.fixedRoom)
        text.put("\"\\\\x")
        for index in 0..<length { text.hex(field.bytes[index]) }
        text.put(UInt8(ascii: "\""))
    }

    private mutating func quoted(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        // A longer text makes the row too long wherever it is cut.
        let length = min(count, RowText.longest + 1)
        text.ensure(length * 2 + RowText.fixedRoom)
        text.put(UInt8(ascii: "\""))
        for index in 0..<length {
            if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\") {
                text.put(UInt8(ascii: "\\"))
            }
            text.put(bytes[index])
        }
        text.put(UInt8(ascii: "\""))
    }
}
