import Domain
import JSON

/// A table or view of a database.
struct SQLiteTable: Sendable {
    enum Kind: Sendable { case table, view, virtual }

    var name: String
    var kind: Kind
    var isStrict: Bool
    /// The column that is another name of the rowid, if there is one.
    var rowNumber: String?
    /// The index that a table WITHOUT ROWID is stored in; nil for all others.
    var keyIndex: String?
    /// In the order of SELECT *; hidden ones aren't among them.
    var columns: [SQLiteColumn]

    /// Names of the columns of the declared primary key, in its order; empty without one. The rowid is none: VACUUM may
    /// change it.
    var primaryKey: [String] {
        columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }.map(\.name)
    }

    var cursorFields: [String] { columns.filter(\.affinity.isFollowed).map(\.name) }

    /// What makes a SELECT read the table itself: an index that covers it may have lost rows that the table has.
    /// NOT INDEXED doesn't hold for a table WITHOUT ROWID.
    var scanHint: String {
        guard kind == .table else { return "" }
        return keyIndex.map { " INDEXED BY " + Self.quoted($0) } ?? " NOT INDEXED"
    }

    /// The column that is another name of the rowid: the key INTEGER PRIMARY KEY, unless it has an index of its own.
    func rowNumber(_ keyIndex: String?) -> String? {
        let key = columns.filter { $0.keyPlace > 0 }
        guard keyIndex == nil, key.count == 1, key[0].declaredType.uppercased() == "INTEGER" else { return nil }
        return key[0].name
    }

    /// For the beginning of an error's sentence.
    var subject: String { (kind == .view ? "the view " : "the table ") + name }

    /// Ready for a FROM.
    var quotedName: String { "main." + Self.quoted(name) }

    var description: EntityDescription {
        let key = primaryKey
        let properties = columns.map { column in
            (
                column.name,
                column.schema(
                    isStrict: isStrict, isRowNumber: column.name == rowNumber, isComputed: kind != .table)
            )
        }
        return EntityDescription(
            name: name, jsonSchema: ["type": "object", "properties": .object(JSONObject(properties))],
            primaryKey: key, modes: cursorFields.isEmpty ? [.full] : [.full, .incremental],
            cursorFields: cursorFields)
    }

    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
