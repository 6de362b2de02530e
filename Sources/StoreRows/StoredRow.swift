package import Domain

/// The row of an answer, read from its first column to its last: what a store's own row gives, and what is made of that.
package protocol StoredRow {
    /// 0 for NULL.
    mutating func int64() -> Int64
    mutating func optionalInt64() -> Int64?
    mutating func flag() -> Bool
    mutating func optionalText() -> String?
    /// Empty for NULL.
    mutating func blob() -> [UInt8]
    /// Lends a value's bytes; empty for NULL.
    mutating func withBlob(_ body: (UnsafeRawBufferPointer) -> Void)
    /// Passes over a value and says whether it was NULL.
    mutating func isNull() -> Bool
    /// Passes over a value.
    mutating func skip()
    /// The tenant, in the form that the store has for it.
    mutating func tenant() throws -> TenantID
}

extension StoredRow {
    @inlinable
    package mutating func int() -> Int { Int(int64()) }

    @inlinable
    package mutating func time() -> Timestamp { Timestamp(milliseconds: int64()) }

    @inlinable
    package mutating func optionalInt() -> Int? { optionalInt64().map { Int($0) } }

    @inlinable
    package mutating func optionalTime() -> Timestamp? { optionalInt64().map { Timestamp(milliseconds: $0) } }

    @inlinable
    package mutating func text() throws -> String {
        guard let text = optionalText() else { throw StoredDocument.broken }
        return text
    }

    package mutating func app() throws -> AppID? {
        guard let text = optionalText() else { return nil }
        guard let app = AppID(text) else { throw StoredDocument.broken }
        return app
    }

    @inlinable
    package mutating func id<Kind>(_: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(try text()) else { throw StoredDocument.broken }
        return id
    }

    package mutating func choice<Choice: RawRepresentable<String>>(_: Choice.Type = Choice.self) throws -> Choice {
        guard let choice = Choice(rawValue: try text()) else { throw StoredDocument.broken }
        return choice
    }

    package mutating func optionalChoice<Choice: RawRepresentable<String>>(
        _: Choice.Type = Choice.self
    ) throws -> Choice? {
        guard let text = optionalText() else { return nil }
        guard let choice = Choice(rawValue: text) else { throw StoredDocument.broken }
        return choice
    }
}
