import Domain
import JSON

/// What a run leaves for the next about one entity that is read incrementally.
///
/// It says: every row whose cursor is at most `cursor`, as far as a snapshot saw it in which all transactions below
/// `transaction` had ended, was stored. What that snapshot didn't see yet has a later cursor, or was made by a transaction
/// from `transaction` on, with a cursor from about `floor` on.
struct PostgresState: Sendable, Hashable {
    var column: String
    var kind: CursorKind
    /// The table's oid, file and shape: of another table, of one that was emptied and filled again, or of records with other
    /// columns it says nothing.
    var table: UInt32
    var file: UInt32
    var shape: UInt64
    /// In the unit of its kind; nil while no row had one.
    var cursor: Int64?
    /// At most `cursor`: from here on, transactions that were open may still bring rows. nil = from anywhere.
    var floor: Int64?
    /// nil where rows don't tell.
    var transaction: UInt64?

    private static let version: Int64 = 1

    func serialized() -> [UInt8] {
        var object = JSONObject()
        object["version"] = .int(Self.version)
        object["column"] = .string(column)
        object["kind"] = .string(kind.rawValue)
        object["table"] = .int(table)
        object["file"] = .int(file)
        object["shape"] = .string(String(shape))
        object["cursor"] = cursor.map { .int($0) } ?? .null
        object["floor"] = floor.map { .int($0) } ?? .null
        object["transaction"] = transaction.map { .string(String($0)) } ?? .null
        return JSONValue.object(object).serialized()
    }

    /// nil for anything that isn't such a state: the entity is then read from its beginning, which is always right.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes),  // What can't be parsed isn't a state.
            value["version"]?.int64Value == Self.version, let column = value["column"]?.stringValue,
            let kind = value["kind"]?.stringValue.flatMap({ CursorKind(rawValue: $0) }),
            let table = value["table"]?.int64Value.flatMap({ UInt32(exactly: $0) }),
            let file = value["file"]?.int64Value.flatMap({ UInt32(exactly: $0) }),
            let shape = value["shape"]?.stringValue.flatMap({ UInt64($0) })
        else { return nil }
        self.column = column
        self.kind = kind
        self.table = table
        self.file = file
        self.shape = shape
        cursor = value["cursor"]?.int64Value
        floor = value["floor"]?.int64Value
        transaction = value["transaction"]?.stringValue.flatMap { UInt64($0) }
    }

    init(column: String, kind: CursorKind, table: UInt32, file: UInt32, shape: UInt64) {
        self.column = column
        self.kind = kind
        self.table = table
        self.file = file
        self.shape = shape
    }
}

/// How far a read has come along its cursor.
struct CursorProgress: Sendable {
    /// The highest value met; infinities don't count, since nothing could come after them.
    private(set) var highest: Int64?
    /// The highest value all of whose rows were met, while they come in rising order.
    private(set) var complete: Int64?
    private var isSorted: Bool

    /// `isSorted`: the rows come in rising order of their cursors.
    init(isSorted: Bool) { self.isSorted = isSorted }

    mutating func meet(_ value: Int64?) {
        guard let value, value != .max, value != .min else { return }
        guard let known = highest else {
            highest = value
            return
        }
        if value > known {
            if isSorted { complete = known }
            highest = value
        } else if value < known {
            // SYNC.md 5, rule 3: not as sorted as was asked for, so that nothing is known before the end.
            isSorted = false
            complete = nil
        }
    }
}
