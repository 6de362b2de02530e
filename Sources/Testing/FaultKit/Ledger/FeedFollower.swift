public import JSON
public import TributaryClient
import WireAPI

/// Follows the change feed of one DataSource over restarts of its server, keeps the state that it replays, and notes
/// whatever a feed must never do.
public struct FeedFollower: Sendable {
    /// A record as the feed showed it last.
    public struct Entry: Hashable, Sendable {
        /// The key as JSON.
        public var key: String
        /// Where in the feed it was.
        public var seq: Int
        /// Its version.
        public var version: Int
        /// The body's bytes; nil for a tombstone.
        public var body: [UInt8]?
    }

    /// The DataSource.
    public let source: String
    /// Where to go on.
    public private(set) var cursor: String?
    /// The newest change so far.
    public private(set) var seq = 0
    /// How many changes came so far.
    public private(set) var changes = 0
    /// What was wrong so far: at most 50 sentences.
    public private(set) var faults: [String] = []
    /// All records that the feed ever showed, by their id.
    public private(set) var entries: [String: Entry] = [:]
    /// The record of each key, by entity and key.
    private var records: [String: String] = [:]

    /// Begins at the first change.
    public init(source: String) { self.source = source }

    /// Reads on to the newest change, or at most so many pages. What fails in between is thrown; the next call goes on
    /// where the last whole page ended.
    ///
    /// - Parameters:
    ///   - client: Of the server as it runs now.
    ///   - pages: The most pages to read.
    ///   - limit: Changes a page.
    /// - Returns: Whether the newest change was reached.
    @discardableResult
    public mutating func follow(
        _ client: TributaryClient, pages: Int = .max, limit: Int = 5000
    ) async throws -> Bool {
        for _ in 0..<pages {
            let page = try await client.datasources.changes(source, cursor: cursor, limit: limit)
            for change in page.items { take(change) }
            cursor = page.nextCursor
            if page.items.isEmpty { return true }
        }
        return false
    }

    private mutating func take(_ change: RecordBody) {
        changes += 1
        if change.seq <= seq { note("seq went from \(seq) to \(change.seq)") }
        seq = max(seq, change.seq)
        let name = "\(change.entity) \(change.key.text)"
        if let known = records[name], known != change.id { note("\(name) is the key of \(known) and of \(change.id)") }
        records[name] = change.id
        if let old = entries[change.id] {
            if change.version <= old.version { note("\(name) went from version \(old.version) to \(change.version)") }
            if change.key.text != old.key { note("\(change.id) changed its key from \(old.key) to \(change.key.text)") }
        }
        if change.isDeleted != (change.data == nil) { note("\(name) is a tombstone with a body, or neither") }
        entries[change.id] = Entry(
            key: change.key.text, seq: change.seq, version: change.version, body: change.data?.bytes)
    }

    private mutating func note(_ fault: String) {
        if faults.count < 50 { faults.append(fault) }
    }

    /// Reads on to the newest change and compares what was replayed with the records listing; nothing may write
    /// meanwhile.
    public mutating func compare(_ client: TributaryClient, entity: String) async throws {
        try await follow(client)
        var listed: [String: Entry] = [:]
        var filter = RecordFilter()
        filter.limit = 500
        repeat {
            let page = try await client.datasources.records(source, entity, filter)
            for record in page.items {
                let entry = Entry(
                    key: record.key.text, seq: record.seq, version: record.version, body: record.data?.bytes)
                if listed.updateValue(entry, forKey: record.id) != nil { note("\(record.id) is listed twice") }
            }
            filter.cursor = page.nextCursor
        } while filter.cursor != nil
        let replayed = entries.filter { $0.value.body != nil }
        for (id, entry) in replayed where listed[id] != entry {
            note("\(entry.key) is \(entry) in the feed and \(listed[id].map { "\($0)" } ?? "absent") in the listing")
        }
        for (id, entry) in listed where replayed[id] == nil { note("\(entry.key) is listed and not in the feed") }
        if Set(listed.values.map(\.key)).count != listed.count { note("a key is listed twice") }
    }

    /// The bodies of all live records by their key's first value, a whole number or its text.
    public mutating func bodies() -> [Int: JSONObject] {
        var bodies: [Int: JSONObject] = [:]
        for entry in entries.values {
            guard let body = entry.body else { continue }
            // What isn't JSON is a fault as any other.
            guard let key = (try? JSONValue(parsing: entry.key))?[0], let id = Self.integer(key),
                case .object(let object)? = try? JSONValue(parsing: body)
            else {
                note("\(entry.key) can't be read")
                continue
            }
            if bodies.updateValue(object, forKey: id) != nil { note("\(id) is there twice") }
        }
        return bodies
    }

    private static func integer(_ value: JSONValue) -> Int? {
        switch value {
        case .string(let text): Int(text)
        case .number(let number): Int(number.literal)
        default: nil
        }
    }
}
