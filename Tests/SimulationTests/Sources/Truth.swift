import Domain
import JSON

/// What the sources really hold, and all that they ever held.
final class Truth: @unchecked Sendable {
    /// How an entity is read.
    enum Kind: String, CaseIterable {
        /// One consistent state.
        case items
        /// Page by page of a table that changes meanwhile.
        case pages
        /// One consistent state; an incremental read tells of deletions.
        case events
    }

    /// A row; `content` is another number for every content that any row ever had.
    struct Row: Hashable {
        var key: Int
        var content: Int
        var cursor: Int
    }

    /// One entity of one system.
    struct Table {
        var rows: [Int: Row] = [:]
        /// Deletions that the source tells of, by key.
        var gone: [Int: Row] = [:]
        var clock = 10
        var nextKey = 1

        /// In order of key.
        var sorted: [Row] { rows.values.sorted { $0.key < $1.key } }
    }

    struct Place: Hashable, Comparable {
        var host: String
        var entity: String

        static func < (left: Self, right: Self) -> Bool { (left.host, left.entity) < (right.host, right.entity) }
    }

    /// How far behind the newest cursor a row may appear; an incremental read looks back as far.
    static let lateness = 3

    private(set) var tables: [Place: Table] = [:]
    /// Which key of which place has had this content.
    private(set) var contents: [Int: (place: Place, key: Int)] = [:]
    private var keys: [[UInt8]: Int] = [:]
    private var forms: [Int: [UInt8]] = [:]

    func addTable(_ place: Place, rows: Int, _ chance: inout Chance) {
        tables[place] = Table()
        for _ in 0..<rows { insert(place, &chance) }
    }

    var places: [Place] { tables.keys.sorted() }

    /// One change of one table; answers what it was.
    func change(_ place: Place, _ chance: inout Chance) -> String {
        let count = tables[place]?.rows.count ?? 0
        switch chance.below(100) {
        case 0..<5 where count > 4:
            let doomed = chance.range(count / 3, count - 2)
            return "delete many: " + (0..<doomed).map { _ in String(delete(place, &chance)) }.joined(separator: " ")
        case 0..<40: return "insert \(insert(place, &chance))"
        case 40..<75 where count > 0: return "update \(update(place, &chance))"
        case _ where count > 4: return "delete \(delete(place, &chance))"
        default: return "insert \(insert(place, &chance))"
        }
    }

    @discardableResult
    private func insert(_ place: Place, _ chance: inout Chance) -> Int {
        var table = tables[place] ?? Table()
        // A key that was deleted may come back.
        let back = table.gone.keys.sorted()
        let key: Int
        if !back.isEmpty, chance.permille(250) {
            key = chance.pick(back)
        } else {
            key = table.nextKey
            table.nextKey += 1
        }
        table.gone[key] = nil
        table.rows[key] = row(key, place, &table, &chance)
        tables[place] = table
        return key
    }

    private func update(_ place: Place, _ chance: inout Chance) -> Int {
        guard var table = tables[place] else { return 0 }
        let key = chance.pick(table.rows.keys.sorted())
        table.rows[key] = row(key, place, &table, &chance)
        tables[place] = table
        return key
    }

    private func delete(_ place: Place, _ chance: inout Chance) -> Int {
        guard var table = tables[place] else { return 0 }
        let key = chance.pick(table.rows.keys.sorted())
        let last = row(key, place, &table, &chance)
        table.rows[key] = nil
        table.gone[key] = last
        tables[place] = table
        return key
    }

    /// A new content with a cursor that may be shared with others or come late.
    private func row(_ key: Int, _ place: Place, _ table: inout Table, _ chance: inout Chance) -> Row {
        if chance.permille(500) { table.clock += 1 }
        let late = chance.permille(200) ? chance.below(Self.lateness + 1) : 0
        let content = contents.count + 1
        contents[content] = (place, key)
        return Row(key: key, content: content, cursor: table.clock - late)
    }

    /// What a record's body is.
    static func body(_ row: Row) -> [UInt8] { Array(#"{"id":\#(row.key),"v":\#(row.content)}"#.utf8) }

    static func hash(_ row: Row) -> ContentHash {
        ContentHash(high: UInt64(row.content), low: UInt64(row.key))
    }

    /// A key in ordered form.
    func form(of key: Int) -> [UInt8] {
        if let form = forms[key] { return form }
        // An integer always makes a key.
        let form = (try? JSONKey.encodeOrdered([Array(String(key).utf8)])) ?? []
        forms[key] = form
        keys[form] = key
        return form
    }

    /// The key that a record was stored under; nil for one that no source ever had.
    func key(of form: [UInt8]) -> Int? { keys[form] }
}
