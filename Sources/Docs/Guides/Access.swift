import Domain

extension Guides {
    /// Tokens and what they allow.
    static let authentication = Guide(
        id: "authentication", title: "Authentication",
        summary: "Every request carries a token, and the token says whose data it is about and what may be done.",
        blocks: [
            .text(
                """
                A token is a JWT in the header `Authorization: Bearer …`. It names a tenant, a person or program (`sub`), \
                perhaps an [Application](/docs/applications), and a scope. What it asks for beyond its tenant isn't \
                there: an id of another tenant is answered just as one that never was.
                """),
            .heading("A token by hand"),
            .text("On the server's machine, for a person or for a first try:"),
            .example("Shell", "tributary token --tenant acme --sub per_ada --scope 'datasources:read records:read'"),
            .heading("A program's own key"),
            .text(
                """
                Register an Application, make a key for it, and let the program trade the key for tokens that last an \
                hour (OAuth 2 client credentials). A key is shown once; it can be revoked at any time, and tokens got \
                with it end within a minute. What an Application registers, other Applications don't see.
                """),
            .sample("applications.create"), .sample("applications.create_key"), .sample("auth.token"),
            .heading("Tokens of an issuer of yours"),
            .text(
                """
                `TRIBUTARY_JWT_ISSUERS` names further issuers, by a shared secret (HS256) or by their public keys (a file \
                or a URL of a JWK Set). Their tokens need `tenant_id`, `sub`, `scope`, `exp`, and may have `app_id`. The \
                built-in issuer's public keys are at [/.well-known/jwks.json](/.well-known/jwks.json).
                """),
            .heading("Scopes"),
            .text(
                "A scope is words with spaces between; `*` is all of them. Each operation names the one that it needs."),
            .list(Grant.allCases.map { "`\($0.rawValue)`" + use(of: $0) }),
        ])

    private static func use(of grant: Grant) -> String {
        let operations = Contract.operations.filter { $0.grant == grant }
        guard !operations.isEmpty else { return "" }
        return ": " + operations.map { "[\($0.summary)](\(Place.operation($0)))" }.joined(separator: ", ")
    }

    /// How to send a request twice.
    static let idempotency = Guide(
        id: "idempotency", title: "Idempotency",
        summary: "An Idempotency-Key makes it safe to send a POST again when its answer was lost.",
        blocks: [
            .text(
                """
                When a connection breaks, a program can't know whether its request was carried out. Send every POST with \
                an `Idempotency-Key` of your own, 1 to 255 visible ASCII characters, and repeat it with the same key \
                until there is an answer: it is carried out once.
                """),
            .sample("datasources.create"),
            .list([
                "The same key with the same request: the first answer again, with `Idempotent-Replayed: true`.",
                "The same key with another request: 422, `idempotency.key_reused`.",
                """
                The same key while the first request is still at work: its answer, or 409, `idempotency.in_progress`, \
                with `Retry-After`.
                """,
                "Keys are kept for 24 hours, for each tenant, Application and `sub` apart.",
            ]),
            .text(
                """
                GET, PATCH and DELETE need no key. A PATCH that must not undo somebody else's change carries `If-Match` \
                with the `ETag` that was read: where the resource has changed since, the answer is 412 and nothing \
                happens.
                """),
            .sample("datasources.update"),
        ])
}
