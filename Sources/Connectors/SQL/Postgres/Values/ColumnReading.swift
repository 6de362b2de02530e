import JSON

/// How one column is asked for and read.
///
/// Base types whose binary format is known are read from it, arrays of them too. Everything else comes as the text
/// that PostgreSQL itself makes of it, which its input functions read back. Put back into the type, each value is what
/// it was, but for JSON's own `null`, which can't be told from SQL's.
struct ColumnReading: Sendable, Hashable {
    /// What the value is, or each element of the array.
    let format: ValueFormat
    let isArray: Bool
    /// What stands between the elements in an array's text; only `box` has another one than the comma.
    let delimiter: UInt8
    private let name: String
    /// The cast of `inet` to text adds a mask that its output function leaves out where it is the whole address.
    private let hasOwnText: Bool

    private static let inet: UInt32 = 869
    /// `int2vector` and `oidvector` look like arrays to the catalogue but count from 0 and have a text of their own.
    private static let vectors: Set<UInt32> = [22, 30]
    private static let box: UInt32 = 603

    init(_ type: PostgresType) {
        let base = UInt8(ascii: "b")
        name = type.name
        isArray = type.kind == base && type.elementOID != 0 && !Self.vectors.contains(type.oid)
        let (oid, kind) = isArray ? (type.elementOID, type.elementKind) : (type.oid, type.kind)
        hasOwnText = oid == Self.inet
        format = kind == base ? ValueFormat(oid: oid) ?? .text : .text
        delimiter = isArray && oid == Self.box ? UInt8(ascii: ";") : UInt8(ascii: ",")
    }

    /// The expression for the COPY query; `column` is the quoted reference. The cast also holds the type still when the
    /// table was altered since it was described.
    func expression(of column: String) -> String {
        switch (hasOwnText, isArray) {
        case (true, true): "\(column)::pg_catalog.inet[]::pg_catalog.text::pg_catalog.text[]"
        case (true, false): "pg_catalog.textin(pg_catalog.inet_out(\(column)::pg_catalog.inet))"
        default: "\(column)::\(format.typeName)\(isArray ? "[]" : "")"
        }
    }

    /// Whether an incremental read can follow the column, and how.
    var cursorKind: CursorKind? { isArray ? nil : format.cursorKind }

    /// The JSON Schema of the values: `type` with all that can occur, and PostgreSQL's own name of the type.
    func schema(isNullable: Bool) -> JSONValue {
        var schema = JSONObject()
        if isArray {
            // An array that doesn't count from 1 is told as PostgreSQL's text of it.
            schema["type"] = Self.types(["array", "string"], isNullable: isNullable)
        } else if !format.isJSON {
            schema["type"] = Self.types(format.schemaTypes, isNullable: isNullable)
            if let note = format.schemaNote { schema[note.name] = .string(note.value) }
        }
        schema["x-postgres-type"] = .string(name)
        return .object(schema)
    }

    private static func types(_ names: [String], isNullable: Bool) -> JSONValue {
        let all = names + (isNullable ? ["null"] : [])
        return all.count == 1 ? .string(all[0]) : .array(all.map { .string($0) })
    }
}

extension ValueFormat {
    /// Numbers that JSON doesn't have (`NaN`, `Infinity`) are strings.
    fileprivate var schemaTypes: [String] {
        switch self {
        case .bool: ["boolean"]
        case .int2, .int4, .int8, .oid: ["integer"]
        case .float4, .float8, .numeric: ["number", "string"]
        default: ["string"]
        }
    }

    fileprivate var schemaNote: (name: String, value: String)? {
        switch self {
        case .uuid: ("format", "uuid")
        case .date: ("format", "date")
        case .timestamptz: ("format", "date-time")
        case .bytea: ("x-encoding", "base64")
        default: nil
        }
    }
}
