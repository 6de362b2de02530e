extension RowText {
    /// Puts an array as nested JSON arrays.
    ///
    /// PostgreSQL's text of the array is put instead, as a string, where they couldn't say all: where a dimension
    /// doesn't count from 1, and where arrays inside of JSON elements would look like further dimensions.
    @inline(never)
    mutating func array(_ value: ValueBytes, of reading: ColumnReading) throws(ValueFault) {
        let shape = try ArrayShape(value, element: reading.format.oid)
        var place = shape.start
        if shape.dimensions == 0 {
            put("[]")
        } else if shape.countsFromOne, !reading.format.isJSON || shape.dimensions == 1 {
            try elements(value, reading.format, shape, 0, &place)
        } else {
            try literal(value, of: reading, shape, &place)
        }
        guard place == value.count else { throw .malformed }
    }

    private mutating func elements(
        _ value: ValueBytes, _ format: ValueFormat, _ shape: ArrayShape, _ dimension: Int, _ place: inout Int
    ) throws(ValueFault) {
        put(UInt8(ascii: "["))
        for index in 0..<shape.size(dimension) {
            ensure(Self.fixedRoom)
            if index > 0 { put(UInt8(ascii: ",")) }
            if dimension + 1 < shape.dimensions {
                try elements(value, format, shape, dimension + 1, &place)
            } else if let element = try value.field(at: &place) {
                try self.value(element, format, depth: 2)
            } else {
                put("null")
            }
            guard count <= Self.longest else { throw .oversize }
        }
        ensure(Self.fixedRoom)
        put(UInt8(ascii: "]"))
    }

    private mutating func literal(
        _ value: ValueBytes, of reading: ColumnReading, _ shape: ArrayShape, _ place: inout Int
    ) throws(ValueFault) {
        var literal = ArrayLiteral(reading)
        defer { literal.deallocate() }
        do {
            try literal.write(value, shape, &place)
        } catch {
            if case .oversize = error { throw cut(literal.value) }
            throw error
        }
        try string(literal.value)
    }
}
