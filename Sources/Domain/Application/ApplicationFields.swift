/// The fields of the Application resource: the one declaration that bodies are checked against.
public enum ApplicationFields {
    /// In the order in which answers have them.
    public static let all: [ResourceField] = [
        ResourceField("id", .id(prefix: "app_"), note: "Given by the server; the `client_id` of its tokens."),
        ResourceField("tenant_id", .text(1...128), note: "The tenant of the creating token."),
        ResourceField(
            "name", .text(ClientApplication.nameLength), onCreate: .required, onPatch: .optional, note: "For people."),
        ResourceField(
            "scope", .text(1...300), onCreate: .optional, onPatch: .optional,
            note: "What its tokens may do at most, words with spaces between; nobody can give what they don't have."),
        ResourceField("created_at", .time, note: "When it was registered."),
        ResourceField("updated_at", .time, note: "Moves on every patch and never goes back."),
        ResourceField("created_by", .id(prefix: ""), note: "`sub` of the creator's token."),
        ResourceField("updated_by", .id(prefix: ""), note: "`sub` of the last writer's token."),
        ResourceField(
            "is_deleted", .flag, onPatch: .optional, note: "`true` deletes softly and revokes its keys."),
        ResourceField("deleted_at", .time, isNullable: true, note: "When it was deleted softly."),
        ResourceField("deleted_by", .id(prefix: ""), isNullable: true, note: "Who deleted it softly."),
    ]
}
