import JSON

/// A value that a read can go on from.
enum CursorValue: Sendable, Equatable {
    case integer(Int64)
    /// Finite.
    case real(Double)
    case text(String)

    /// How much of a text is kept, in bytes. Its beginning sorts before it, so that no row is missed.
    static let longestText = 1_024

    /// A text by at most its first ``longestText`` bytes, of which the last may be a cut character's; nil for what
    /// isn't UTF-8.
    init?(startOfText bytes: some BidirectionalCollection<UInt8>) {
        var kept = bytes[...]
        if kept.count >= Self.longestText {
            while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
            if let last = kept.last, last >= 0xC0 { kept.removeLast() }
        }
        guard let text = String(validating: kept, as: UTF8.self) else { return nil }
        self = .text(text)
    }

    var isText: Bool { if case .text = self { true } else { false } }
}

/// What a run leaves for the next about one entity that is read incrementally: all rows up to `value`, in SQLite's
/// order, were read, but those that are always read again: whose cursor is NULL, or a number where `value` is a text.
struct SQLiteState: Sendable, Equatable {
    var column: String
    /// Nil while no row had one.
    var value: CursorValue?

    private static let version: Int64 = 1

    init(column: String, value: CursorValue?) {
        self.column = column
        self.value = value
    }

    /// Nil for anything that isn't such a state: the entity is then read from its beginning, which is always right.
    init?(_ bytes: [UInt8]) {
        guard let state = try? JSONValue(parsing: bytes),  // What can't be parsed isn't a state.
            state["version"]?.int64Value == Self.version, let column = state["column"]?.stringValue
        else { return nil }
        self.column = column
        let text = state["value"]?.stringValue
        switch state["type"]?.stringValue {
        case "none": value = nil
        case "integer":
            guard let number = text.flatMap({ Int64($0) }) else { return nil }
            value = .integer(number)
        case "real":
            guard let number = text.flatMap({ Double($0) }), number.isFinite else { return nil }
            value = .real(number)
        case "text":
            guard let text else { return nil }
            value = .text(text)
        default: return nil
        }
    }

    func serialized() -> [UInt8] {
        var object: JSONObject = ["version": .int(Self.version), "column": .string(column)]
        switch value {
        case nil: object["type"] = "none"
        case .integer(let number):
            object["type"] = "integer"
            object["value"] = .string(String(number))
        case .real(let number):
            object["type"] = "real"
            object["value"] = .string(number.description)
        case .text(let text):
            object["type"] = "text"
            object["value"] = .string(text)
        }
        return JSONValue.object(object).serialized()
    }
}
