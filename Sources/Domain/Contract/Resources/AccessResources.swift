import JSON

extension Resource {
    /// A registered program.
    public static let application = Resource(
        "Application",
        note: "A registered program. Tokens minted for it see only the DataSources that it registered itself.",
        fields: [
            ResourceField(
                "id", .id(prefix: ApplicationKind.prefix), isEssential: true,
                note: "Given by the server; the `client_id` of its tokens."),
            ResourceField(
                "tenant_id", .text(1...128), isEssential: true, example: "acme",
                note: "The tenant of the creating token."),
            ResourceField(
                "name", .text(ClientApplication.nameLength), onCreate: .required, onPatch: .optional,
                isEssential: true, example: "Billing", note: "For people."),
            ResourceField(
                "scope", .text(1...300), onCreate: .optional, onPatch: .optional, isEssential: true,
                standard: .string(ClientApplication.usualGrants.scope),
                example: "datasources:read datasources:sync records:read",
                note: "What its tokens may do at most, words with spaces between; nobody can give what they don't have."
            ),
            ResourceField("created_at", .time, isEssential: true, note: "When it was registered."),
            ResourceField("updated_at", .time, isEssential: true, note: "Moves on every patch and never goes back."),
            ResourceField("created_by", .id(prefix: ""), note: "`sub` of the creator's token."),
            ResourceField("updated_by", .id(prefix: ""), note: "`sub` of the last writer's token."),
            ResourceField(
                "is_deleted", .flag, onPatch: .optional, note: "`true` deletes softly and revokes its keys."),
            ResourceField("deleted_at", .time, isNullable: true, example: .null, note: "When it was deleted softly."),
            ResourceField(
                "deleted_by", .id(prefix: ""), isNullable: true, example: .null, note: "Who deleted it softly."),
        ])

    /// A key of an Application.
    public static let apiKey = Resource(
        "APIKey", note: "A key with which an Application gets tokens.",
        fields: [
            ResourceField("id", .id(prefix: APIKeyKind.prefix), isEssential: true, note: "Given by the server."),
            ResourceField(
                "application_id", .id(prefix: ApplicationKind.prefix), isEssential: true, note: "The Application."),
            ResourceField(
                "name", .label(DataSourceFields.nameLength), onCreate: .optional, isNullable: true,
                example: "production",
                note: "For people."),
            ResourceField(
                "prefix", .text(1...64), isEssential: true, example: "trib_01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "How the key begins, to tell it from others."),
            ResourceField("created_at", .time, isEssential: true, note: "When it was made."),
            ResourceField("created_by", .id(prefix: ""), note: "`sub` of the creator's token."),
            ResourceField(
                "expires_at", .time, onCreate: .optional, isNullable: true, example: .null,
                note: "From then on it is refused; null = never."),
            ResourceField(
                "last_used_at", .time, isNullable: true, note: "When it last got a token, to the minute."),
            ResourceField("revoked_at", .time, isNullable: true, example: .null, note: "When it was revoked."),
            ResourceField(
                "secret", .text(1...128), isLeftOut: true,
                example: "trib_01K0F3ZQ6V9N0QH8Z4M7K3T5R1_5dK0vYq3mW8sB1xR6tN9cE2uJ7hG4pL0aZkQwXyTfUs",
                note: "The key itself, the `client_secret`: only in the answer that makes it, never again."),
        ])

    /// The body of a request for a token (RFC 6749 section 4.4.2).
    public static let tokenRequest = Resource(
        "TokenRequest",
        note: "Client credentials (RFC 6749 section 4.4), as JSON or as a form; members beside these are passed over.",
        fields: [
            ResourceField(
                "grant_type", .choice(["client_credentials"]), onCreate: .optional, isNullable: true,
                note: "`client_credentials`, also when it isn't said."),
            ResourceField(
                "client_id", .text(1...128), onCreate: .optional, isNullable: true,
                example: "app_01K0F3ZQ6V9N0QH8Z4M7K3T5R1", note: "The Application's id, unless Basic has it."),
            ResourceField(
                "client_secret", .text(1...256), onCreate: .optional, isNullable: true,
                example: "trib_01K0F3ZQ6V9N0QH8Z4M7K3T5R1_5dK0vYq3mW8sB1xR6tN9cE2uJ7hG4pL0aZkQwXyTfUs",
                note: "An API key of it, unless Basic has it."),
            ResourceField(
                "scope", .text(0...512), onCreate: .optional, isNullable: true, example: "datasources:read",
                note: "Less than the Application may do; all of it by default."),
        ])

    /// A token.
    public static let accessToken = Resource(
        "AccessToken", note: "A token for an Application (RFC 6749 section 5.1).",
        fields: [
            ResourceField(
                "access_token", .text(1...8_192), isEssential: true, example: "eyJhbGciOiJFUzI1NiJ9…",
                note: "To be sent as `Authorization: Bearer`."),
            ResourceField("token_type", .choice(["Bearer"]), isEssential: true, note: "Always `Bearer`."),
            ResourceField("expires_in", .count, isEssential: true, example: 3_600, note: "Seconds."),
            ResourceField(
                "scope", .text(0...512), isEssential: true, example: "datasources:read", note: "What it may do."),
        ])

    /// One line of the audit.
    public static let auditEntry = Resource(
        "AuditEntry", note: "One change that somebody made: who, what, from where. It never holds a value.",
        fields: [
            ResourceField("id", .id(prefix: EventKind.prefix), isEssential: true, note: "Given by the server."),
            ResourceField("tenant_id", .text(1...128), isEssential: true, example: "acme", note: "The tenant."),
            ResourceField(
                "app_id", .text(1...128), isLeftOut: true, example: "app_01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "The Application of what was changed; absent where it has none."),
            ResourceField("at", .time, isEssential: true, note: "When."),
            ResourceField("actor", .id(prefix: ""), isEssential: true, note: "`sub` of the token."),
            ResourceField(
                "actor_app_id", .text(1...128), isNullable: true, example: .null, note: "The token's Application."),
            ResourceField(
                "action", .choice(AuditAction.allCases.map(\.rawValue)), isEssential: true,
                example: "datasource.update", note: "What was done."),
            ResourceField(
                "resource_type", .choice(AuditSubject.Kind.allCases.map(\.rawValue)), isEssential: true,
                note: "To which kind of thing."),
            ResourceField(
                "resource_id", .text(1...128), isEssential: true, example: "ds_01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "To which."),
            ResourceField(
                "changes", .list(of: .text(DataSourceFields.innerNameLength), 0...200), isEssential: true,
                example: ["name", "config.path"], note: "Names of the fields that changed; of secrets too only names."),
            ResourceField(
                "request_id", .text(1...128), isNullable: true, example: "01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "The request's `X-Request-Id`."),
            ResourceField(
                "address", .text(1...64), isNullable: true, example: "192.0.2.7",
                note: "The other end of the connection: the client, or the proxy before it."),
        ])
}
