public import JSON

/// A kind of record that a source offers.
public struct EntityDescription: Sendable, Equatable {
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
    /// Why it can't be read as things are, such as a missing right; nil = it can. Such an entity is read only if it is
    /// selected by name, and the run then fails with this.
    public var refusal: AppError?

    public init(
        name: String, jsonSchema: JSONValue, primaryKey: [String], modes: [SyncMode] = [.full],
        defaultMode: SyncMode = .full, cursorFields: [String] = [],
        refusal: AppError? = nil
    ) {
        self.name = name
        self.jsonSchema = jsonSchema
        self.primaryKey = primaryKey
        self.modes = modes
        self.defaultMode = defaultMode
        self.cursorFields = cursorFields
        self.refusal = refusal
    }
}
