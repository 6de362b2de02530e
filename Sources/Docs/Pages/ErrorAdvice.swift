import Domain

/// What to do about an error: from its category, and for some codes a sentence more.
enum ErrorAdvice {
    /// Who can change it.
    static func actor(_ category: ErrorCategory) -> String {
        switch category {
        case .malformed, .invalid, .tooLarge, .unsupportedMediaType, .notFound, .gone, .preconditionFailed,
            .methodNotAllowed, .notAcceptable, .tooSlow, .targetTooLong, .expectationFailed, .headersTooLarge:
            "The program that sent the request"
        case .unauthenticated, .denied: "Whoever gives the program its tokens"
        case .conflict: "The program, or a person who sees to the DataSource"
        case .throttled: "Nobody, if the program slows down"
        case .unavailable: "Nobody at first; the server's operator if it lasts"
        case .full: "The server's operator"
        case .source: "Whom the error's recovery names"
        case .bug: "The makers of Tributary"
        }
    }

    /// Whether the same request can succeed.
    static func again(_ category: ErrorCategory) -> String {
        switch category {
        case .malformed, .invalid, .tooLarge, .unsupportedMediaType, .gone, .methodNotAllowed, .notAcceptable,
            .targetTooLong, .expectationFailed, .headersTooLarge:
            "No: the answer would be the same."
        case .tooSlow: "Yes, on a connection that is fast enough."
        case .unauthenticated: "Once, with a new token."
        case .denied: "No, not with this token."
        case .notFound: "No, unless it is yet to be made."
        case .conflict: "Once the state is another."
        case .preconditionFailed: "Once the resource was read again."
        case .throttled: "Yes, after Retry-After."
        case .unavailable: "Yes, after Retry-After; with its Idempotency-Key where it is a POST."
        case .full: "Once there is space."
        case .source: "The server does so by itself where that can help: see next_sync_at."
        case .bug: "It may help; report it all the same."
        }
    }

    /// What to do next, in sentences.
    static func next(_ code: ErrorCatalog.Entry) -> [String] {
        [more[code.code], usual(code.category)].compactMap { $0 }
    }

    private static func usual(_ category: ErrorCategory) -> String {
        switch category {
        case .malformed: "Correct how the program writes the request; `detail` says what is wrong with it."
        case .invalid: "`errors` points to each fault of the body. Correct these fields and send it again."
        case .unauthenticated:
            "Get a new token and send the request again; see [Authentication](/docs/guides/authentication)."
        case .denied: "Use a token whose scope holds what `scope` in the error names."
        case .notFound:
            "Look at the id and at the token: what belongs to another tenant or Application can't be told from what isn't there."
        case .methodNotAllowed: "Use a method that the header `Allow` names."
        case .notAcceptable: "Accept `application/json`, or leave the header `Accept` out."
        case .targetTooLong: "Shorten the path and the query."
        case .headersTooLarge: "Send fewer or shorter headers."
        case .expectationFailed: "Leave the header `Expect` out."
        case .tooSlow: "Send the body faster, or less at a time."
        case .conflict: "Read the resource again, and act on what it says now."
        case .preconditionFailed:
            "Read the resource again, apply the change to what it is now, and send its new `ETag`."
        case .tooLarge: "Send less at a time."
        case .unsupportedMediaType: "Send one of the media types that the operation names, without a content coding."
        case .gone: "It doesn't come back; begin anew as the error says."
        case .throttled: "Wait for as many seconds as `Retry-After` says, and send fewer requests at a time."
        case .unavailable:
            "Wait for as many seconds as `Retry-After` says and send it again; if it lasts, look at the server's log."
        case .full: "Make space on the disk of the server's database. Nothing that was acknowledged is lost."
        case .source: recovery
        case .bug: "Report it with its `request_id`; the server's log has more under this id."
        }
    }

    private static let recovery = """
        Look at the error's `recovery`: `retry` and `wait_for_source` pass by themselves (`next_sync_at` says when it is \
        tried again), `fix_config` wants the config changed, `reauthorise` new credentials or rights, `review_deletes` a \
        look at what would be deleted and then a sync with `allow_deletes`, `report_bug` a report to us.
        """

    /// Further sentences, by code.
    static let more: [String: String] = [
        "auth.invalid_token": """
        The token is missing, has ended, isn't for this server or wasn't signed by an issuer that it knows; which of \
        these it is isn't told to whoever has none.
        """,
        "auth.scope_missing": "Ask for a token with a wider scope; a token never gets more than its Application has.",
        "body.too_large": "A push takes up to 16 MiB at a time, every other body 1 MiB.",
        "changes.cursor_expired": """
        The feed has forgotten what lies between this cursor and now. Read it from its start again, into an empty \
        copy: see [The change feed](/docs/guides/change-feed).
        """,
        "cursor.invalid": """
        A cursor fits only the same filters, order, tenant and Application that it was given for. Begin without one.
        """,
        "datasource.changed":
            "`If-Match` named an `ETag` that is no longer the present one: somebody changed it meanwhile.",
        "datasource.disconnected": "Set `status` to `connected`, and send the secrets again.",
        "datasource.paused": "Set `status` to `connected` first.",
        "idempotency.key_reused":
            "Take a new key for every new request; repeat a key only with the very same request.",
        "idempotency.in_progress":
            "The first request with this key is still at work; after a moment its answer is given.",
        "query.unknown": "Query parameters are exact: a misspelt filter would otherwise quietly filter nothing.",
        "run.active": "`run_id` in the error is the run that is active: wait for its end or cancel it.",
        "run.ended": "It ended by itself before it was cancelled; look at its `status`.",
    ]
}
