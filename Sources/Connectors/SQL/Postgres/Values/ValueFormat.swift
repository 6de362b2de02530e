/// The binary formats that are read; a column of any other type is asked for as text.
enum ValueFormat: UInt8, Sendable, Hashable, CaseIterable {
    case bool, int2, int4, int8, oid, float4, float8, numeric, text, varchar, bpchar, name, char, bytea, uuid
    case date, time, timetz, timestamp, timestamptz, interval, json, jsonb

    /// The format of a base type, by the OIDs that PostgreSQL fixes in `pg_type.dat`; nil for all others.
    init?(oid: UInt32) {
        guard let format = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
        self = format
    }

    /// The base type's OID.
    var oid: UInt32 {
        switch self {
        case .bool: 16
        case .bytea: 17
        case .char: 18
        case .name: 19
        case .int8: 20
        case .int2: 21
        case .int4: 23
        case .text: 25
        case .oid: 26
        case .json: 114
        case .float4: 700
        case .float8: 701
        case .bpchar: 1042
        case .varchar: 1043
        case .date: 1082
        case .time: 1083
        case .timestamp: 1114
        case .timestamptz: 1184
        case .interval: 1186
        case .timetz: 1266
        case .numeric: 1700
        case .uuid: 2950
        case .jsonb: 3802
        }
    }

    /// The base type's name in SQL, which no other schema can shadow.
    var typeName: String { self == .char ? "pg_catalog.\"char\"" : "pg_catalog.\(self)" }

    var isJSON: Bool { self == .json || self == .jsonb }

    var cursorKind: CursorKind? {
        switch self {
        case .int2, .int4, .int8: .integer
        case .date: .date
        case .timestamp: .timestamp
        case .timestamptz: .timestamptz
        default: nil
        }
    }
}
