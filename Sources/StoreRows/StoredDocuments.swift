package import Domain
package import JSON
import StoreAPI

/// The parts of rows that are kept as JSON text: never filtered or sorted by. Reading answers nil for a text that this
/// program doesn't write.
package enum StoredDocument {
    /// What a reader says of a row that this program can't have written.
    package static var broken: AppError {
        AppError(.storeBroken, "A stored row doesn't have the form that this program writes.")
    }

    /// Configs come through the HTTP layer's own, smaller limit.
    private static let limits = JSONLimits(maxDepth: 64)

    static func parse(_ text: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: text, limits: limits)
        } catch {
            throw StoredDocument.broken
        }
    }

    package static func object(_ text: String) throws -> JSONObject {
        guard let object = try parse(text).objectValue else { throw StoredDocument.broken }
        return object
    }

    package static func strings(_ names: [String]) -> String { JSONValue.array(names.map { .string($0) }).description }

    package static func strings(_ text: String) throws -> [String] {
        try elements(text).map { element in try required(element.stringValue) }
    }

    package static func counts(_ counts: [String: Int]) -> String {
        let members = counts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.int($0.value)) }
        return JSONObject(members).description
    }

    package static func counts(_ text: String) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for member in try object(text) { counts[member.name] = Int(try required(member.value.int64Value)) }
        return counts
    }

    package static func elements(_ text: String) throws -> [JSONValue] { try required(parse(text).arrayValue) }

    package static func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw StoredDocument.broken }
        return value
    }
}

extension JSONValue {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    init(_ time: Timestamp?) { self = time.map { .int($0.milliseconds) } ?? .null }

    func text(_ name: String) throws -> String { try StoredDocument.required(self[name]?.stringValue) }

    func integer(_ name: String) throws -> Int { Int(try StoredDocument.required(self[name]?.int64Value)) }

    func time(_ name: String) -> Timestamp? { self[name]?.int64Value.map { Timestamp(milliseconds: $0) } }
}

extension EntitySelection {
    package static func document(_ selections: [EntitySelection]) -> String {
        JSONValue.array(selections.map(\.json)).description
    }

    package static func list(_ text: String) throws -> [EntitySelection] {
        try StoredDocument.elements(text).map { try EntitySelection($0) }
    }

    private var json: JSONValue {
        [
            "name": .string(name), "mode": .string(mode.rawValue), "cursor_field": JSONValue(cursorField),
            "primary_key": primaryKey.map { .array($0.map { .string($0) }) } ?? .null,
            "full_every": JSONValue(fullEvery),
        ]
    }

    private init(_ json: JSONValue) throws {
        self.init(
            name: try json.text("name"), mode: try StoredDocument.required(SyncMode(rawValue: json.text("mode"))),
            cursorField: json["cursor_field"]?.stringValue,
            primaryKey: try json["primary_key"]?.arrayValue?.map { try StoredDocument.required($0.stringValue) },
            fullEvery: json["full_every"]?.stringValue)
    }
}

extension RunError {
    package var document: String {
        let json: JSONValue = [
            "code": .string(code), "message": .string(message), "recovery": .string(recovery.rawValue),
            "at": .int(at.milliseconds), "run": .string(run.rawValue), "retry_at": JSONValue(retryAt),
            "entity": JSONValue(entity),
        ]
        return json.description
    }

    package init(document: String) throws {
        let json = try StoredDocument.parse(document)
        self.init(
            code: try json.text("code"), message: try json.text("message"),
            recovery: try StoredDocument.required(Recovery(rawValue: json.text("recovery"))),
            at: try StoredDocument.required(json.time("at")), run: try StoredDocument.required(RunID(json.text("run"))),
            retryAt: json.time("retry_at"), entity: json["entity"]?.stringValue)
    }
}

extension EntityCounts {
    package static func document(_ counts: [EntityCounts]) -> String { JSONValue.array(counts.map(\.json)).description }

    package static func list(_ text: String) throws -> [EntityCounts] {
        try StoredDocument.elements(text).map { try EntityCounts($0) }
    }

    private static let numbers: [(name: String, path: any WritableKeyPath<EntityCounts, Int> & Sendable)] = [
        ("read", \.read), ("inserted", \.inserted), ("updated", \.updated), ("deleted", \.deleted),
        ("unchanged", \.unchanged), ("rejected", \.rejected), ("duplicates", \.duplicates), ("bytes", \.bytes),
    ]

    private var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "mode": .string(mode.rawValue), "is_complete": .bool(isComplete),
        ]
        if let fullReason { object["full_reason"] = .string(fullReason.rawValue) }
        for number in Self.numbers { object[number.name] = .int(self[keyPath: number.path]) }
        return .object(object)
    }

    private init(_ json: JSONValue) throws {
        self.init(
            name: try json.text("name"), mode: try StoredDocument.required(SyncMode(rawValue: json.text("mode"))))
        isComplete = json["is_complete"]?.boolValue ?? false
        fullReason = json["full_reason"]?.stringValue.flatMap { FullReason(rawValue: $0) }
        for number in Self.numbers { self[keyPath: number.path] = try json.integer(number.name) }
    }
}
