extension Contract {
    /// Applications and their keys.
    static let applications: [Operation] = [
        Operation(
            "applications.list", .get, "/api/v1/applications", "List Applications", note: "Newest first.",
            grant: .applicationsAdmin, parameters: [.limit(500, standard: 50), .cursor, .includeDeleted],
            answers: [Operation.Answer(200, .page(.application), note: "One page.")], errors: ["cursor.invalid"]),
        Operation(
            "applications.create", .post, "/api/v1/applications", "Register an Application",
            grant: .applicationsAdmin, body: Operation.Body(.application),
            answers: [Operation.Answer(201, .one(.application), headers: ["Location"], note: "It is registered.")],
            errors: bodyErrors + ["application.invalid", "application.scope_exceeded", "application.foreign"]
                + keyErrors),
        Operation(
            "applications.get", .get, "/api/v1/applications/{id}", "Get an Application", grant: .applicationsAdmin,
            places: [.applicationID], parameters: [.includeDeleted],
            answers: [Operation.Answer(200, .one(.application), note: "The Application.")],
            errors: ["application.not_found"]),
        Operation(
            "applications.update", .patch, "/api/v1/applications/{id}", "Change an Application",
            note:
                "What is taken from its scope is gone from its tokens within a minute; a restored one needs new keys.",
            grant: .applicationsAdmin,
            places: [.applicationID],
            body: Operation.Body(
                .application, .patch, mediaTypes: ["application/json", "application/merge-patch+json"]),
            answers: [Operation.Answer(200, .one(.application), note: "As it is now.")],
            errors: bodyErrors + ["application.not_found", "application.invalid", "application.scope_exceeded"]),
        Operation(
            "applications.delete", .delete, "/api/v1/applications/{id}", "Delete an Application",
            note:
                "Its keys are revoked, its tokens end within a minute. Its DataSources stay, for the tenant's own tokens.",
            grant: .applicationsAdmin, places: [.applicationID],
            answers: [Operation.Answer(204, .none, note: "It is gone.")], errors: ["application.not_found"]),
        Operation(
            "applications.list_keys", .get, "/api/v1/applications/{id}/keys", "List an Application's keys",
            note: "Newest first, revoked ones too.", grant: .applicationsAdmin, places: [.applicationID],
            parameters: [.limit(500, standard: 50), .cursor],
            answers: [Operation.Answer(200, .page(.apiKey), note: "One page.")],
            errors: ["application.not_found", "cursor.invalid"]),
        Operation(
            "applications.create_key", .post, "/api/v1/applications/{id}/keys", "Make a key",
            note: "The answer has the key itself, this once.", grant: .applicationsAdmin, places: [.applicationID],
            body: Operation.Body(.apiKey, isRequired: false),
            answers: [Operation.Answer(201, .one(.apiKey), note: "The key with its `secret`.")],
            errors: bodyErrors + [
                "application.not_found", "request.invalid", "application.scope_exceeded", "api_key.too_many",
            ] + keyErrors),
        Operation(
            "applications.revoke_key", .delete, "/api/v1/applications/{id}/keys/{key_id}", "Revoke a key",
            note: "Tokens that were given for it end within a minute.", grant: .applicationsAdmin,
            places: [.applicationID, .keyID], answers: [Operation.Answer(204, .none, note: "It is revoked.")],
            errors: ["application.not_found", "api_key.not_found"]),
    ]

    /// Tokens.
    static let access: [Operation] = [
        Operation(
            "auth.token", .post, "/api/v1/auth/token", "Get a token for an Application",
            note: """
                OAuth 2 client credentials (RFC 6749 section 4.4): the Application's id and one of its API keys, in the \
                body or by HTTP Basic.
                """,
            isOpen: true,
            body: Operation.Body(
                .tokenRequest, mediaTypes: ["application/json", "application/x-www-form-urlencoded"]),
            answers: [Operation.Answer(200, .one(.accessToken), note: "A token.")],
            errors: bodyErrors + [
                "auth.invalid_request", "auth.unsupported_grant_type", "auth.invalid_client", "auth.invalid_scope",
                "auth.too_many_attempts",
            ]),
        Operation(
            "auth.keys", .get, "/.well-known/jwks.json", "Get the keys that verify tokens",
            note: "The public keys of the built-in issuer, as a JWK Set (RFC 7517).", isOpen: true,
            answers: [Operation.Answer(200, .json, note: "The keys.")]),
    ]

    /// Audit.
    static let administration: [Operation] = [
        Operation(
            "audit.list", .get, "/api/v1/audit", "Read the audit",
            note: "Newest first. Lines are kept for 400 days.", grant: .auditRead,
            parameters: [
                Parameter(
                    "action", .choice(AuditAction.allCases.map(\.rawValue)), note: "What was done."),
                Parameter(
                    "resource_type", .choice(AuditSubject.Kind.allCases.map(\.rawValue)), note: "The kind of thing."),
                .text("resource_id", note: "The id of what was changed."), .text("actor", note: "Who did it."),
                .time("created_after", note: "Done after this."), .time("created_before", note: "Done before this."),
                .limit(500, standard: 50), .cursor,
            ],
            answers: [Operation.Answer(200, .page(.auditEntry), note: "One page.")], errors: ["cursor.invalid"])
    ]
}
