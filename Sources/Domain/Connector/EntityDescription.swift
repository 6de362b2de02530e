public import JSON

/// A kind of record that a source offers.
public struct EntityDescription: Sendable, Hashable {
    public var name: String
    /// Of a record's body.
    public var jsonSchema: JSONValue
    /// Field names; empty = none known, the whole record is its key.
    public var primaryKey: [String]
    public var modes: [SyncMode]
    /// The mode that is safe without a person's choice.
    public var defaultMode: SyncMode
    /// Fields that an incremental read may follow.
    public var cursorFields: [String]

    public init(
        name: String, jsonSchema: JSONValue, primaryKey: [String], modes: [SyncMode] = [.full],
        defaultMode: SyncMode = .full, cursorFields: [String] = []
    ) {
        self.name = name
        self.jsonSchema = jsonSchema
        self.primaryKey = primaryKey
        self.modes = modes
        self.defaultMode = defaultMode
        self.cursorFields = cursorFields
    }
}
