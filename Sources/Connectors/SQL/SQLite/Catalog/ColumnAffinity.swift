import JSON

/// Which kind of value a column prefers (https://www.sqlite.org/datatype3.html, section 3). In a table that isn't
/// `STRICT` a column may hold others too.
enum ColumnAffinity: Sendable {
    case integer, text, blob, real, numeric

    /// By the declared type, in the order of SQLite's own rules.
    init(declaredType: String) {
        let type = declaredType.uppercased()
        if type.contains("INT") {
            self = .integer
        } else if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) {
            self = .text
        } else if type.isEmpty || type.contains("BLOB") {
            self = .blob
        } else if ["REAL", "FLOA", "DOUB"].contains(where: type.contains) {
            self = .real
        } else {
            self = .numeric
        }
    }

    /// Whether a read may follow such a column: its values have an order that grows with time, if anything does.
    var isFollowed: Bool { self != .blob }
}

/// A column as SQLite describes it.
struct SQLiteColumn: Sendable {
    var name: String
    /// As it stands in CREATE TABLE; empty for none.
    var declaredType: String
    /// Declared NOT NULL, or the rowid itself.
    var isRequired: Bool
    /// Its place among the columns of the primary key, from 1; 0 for none.
    var keyPlace: Int

    var affinity: ColumnAffinity { ColumnAffinity(declaredType: declaredType) }

    /// JSON Schema of its values as this connector writes them; `isStrict` for a STRICT table, `isRowNumber` for a
    /// column that is the rowid, which holds integers only.
    func schema(isStrict: Bool, isRowNumber: Bool, isComputed: Bool) -> JSONValue {
        var types = Self.types(affinity, isStrict: isStrict, isAny: declaredType.uppercased() == "ANY")
        if isRowNumber { types = ["integer"] }
        if isComputed { types = ["number", "string"] }
        if !isRequired && !isRowNumber { types.append("null") }
        var schema: JSONObject = ["type": types.count == 1 ? .string(types[0]) : .array(types.map { .string($0) })]
        if !declaredType.isEmpty { schema["x-declared-type"] = .string(declaredType) }
        return .object(schema)
    }

    /// Infinities are strings, and so are BLOBs.
    private static func types(_ affinity: ColumnAffinity, isStrict: Bool, isAny: Bool) -> [String] {
        switch affinity {
        case .text: ["string"]
        case .integer where isStrict: ["integer"]
        case .blob where isStrict: ["string"]
        case .integer: ["integer", "number", "string"]
        case .blob, .real, .numeric: ["number", "string"]
        }
    }
}
