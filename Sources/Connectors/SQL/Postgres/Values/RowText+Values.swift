extension RowText {
    /// Puts a value that isn't null and stands below `depth` arrays and objects.
    ///
    /// Needs ``fixedRoom``, and leaves room for a comma or a closing bracket.
    @inline(__always)
    mutating func value(_ value: ValueBytes, _ format: ValueFormat, depth: Int) throws(ValueFault) {
        switch format {
        case .text, .varchar, .bpchar, .name: try string(value)
        case .int4: integer(Int64(try value.whole(as: Int32.self)))
        case .int8: integer(try value.whole(as: Int64.self))
        case .timestamptz: try timestamp(value, hasZone: true)
        case .timestamp: try timestamp(value, hasZone: false)
        case .numeric: try numeric(value)
        case .bool: try bool(value)
        default: try rarer(value, format, depth: depth)
        }
    }

    @inline(never)
    private mutating func rarer(_ value: ValueBytes, _ format: ValueFormat, depth: Int) throws(ValueFault) {
        switch format {
        case .int2: integer(Int64(try value.whole(as: Int16.self)))
        case .oid: unsigned(UInt64(try value.whole(as: UInt32.self)))
        case .float4: float(Float(bitPattern: try value.whole(as: UInt32.self)))
        case .float8: double(Double(bitPattern: try value.whole(as: UInt64.self)))
        case .uuid: try uuid(value)
        case .date: try date(value)
        case .time: try time(value)
        case .timetz: try timetz(value)
        case .interval: try interval(value)
        case .bytea: try base64(value)
        case .json: try json(value, isBinary: false, depth: depth)
        case .jsonb: try json(value, isBinary: true, depth: depth)
        case .char: try char(value)
        default: throw .malformed
        }
    }

    private mutating func bool(_ value: ValueBytes) throws(ValueFault) {
        switch try value.whole(as: UInt8.self) {
        case 0: put("false")
        case 1: put("true")
        default: throw .malformed
        }
    }
}
