extension TributaryError {
    /// Stable and dotted, such as `datasource.not_found`; `http.<status>` where the answer wasn't Tributary's own.
    ///
    /// The constants are those that programs decide by; a server may send others. A string literal is a code too.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The code's text.
        public let rawValue: String

        /// Makes a code of any text.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Makes a code of a literal.
        public init(stringLiteral value: String) { rawValue = value }

        /// The code's text.
        public var description: String { rawValue }
    }
}

extension TributaryError.Code {
    /// 401: no token, an expired one, or one that this server doesn't accept.
    public static let invalidToken: Self = "auth.invalid_token"
    /// 403: the token's scope doesn't allow the call.
    public static let scopeMissing: Self = "auth.scope_missing"
    /// 401: no live API key of an Application has this id and secret.
    public static let invalidClient: Self = "auth.invalid_client"
    /// 400: the scope asks for something that the Application doesn't have.
    public static let invalidScope: Self = "auth.invalid_scope"
    /// 429: too many wrong credentials in a short time.
    public static let tooManyAttempts: Self = "auth.too_many_attempts"
    /// 404: no such Application, or one that the token doesn't see; never told apart.
    public static let applicationNotFound: Self = "application.not_found"
    /// 403: an Application can't be given what your own token lacks.
    public static let applicationScopeExceeded: Self = "application.scope_exceeded"
    /// 404: no such DataSource, or one that the token doesn't see; never told apart.
    public static let datasourceNotFound: Self = "datasource.not_found"
    /// 422: the body doesn't make a valid DataSource; `errors` has each fault.
    public static let datasourceInvalid: Self = "datasource.invalid"
    /// 412: somebody changed the DataSource since the version of the tag.
    public static let datasourceChanged: Self = "datasource.changed"
    /// 409: it is paused, so no run begins.
    public static let datasourcePaused: Self = "datasource.paused"
    /// 409: it is disconnected, so no run begins.
    public static let datasourceDisconnected: Self = "datasource.disconnected"
    /// 422: the body isn't what the call takes; `errors` has each fault.
    public static let requestInvalid: Self = "request.invalid"
    /// 404: no such run of this DataSource.
    public static let runNotFound: Self = "run.not_found"
    /// 409: a run that does something else is queued or running.
    public static let runActive: Self = "run.active"
    /// 409: the run has ended, so it can't be cancelled.
    public static let runEnded: Self = "run.ended"
    /// 400: the cursor wasn't given for this list with these filters.
    public static let cursorInvalid: Self = "cursor.invalid"
    /// 410: the feed no longer has this cursor's place; read it again from its start.
    public static let cursorExpired: Self = "changes.cursor_expired"
    /// 404: no connector of this type.
    public static let connectorUnknown: Self = "connector.unknown"
    /// 429: too many checks and discoveries are under way.
    public static let connectorBusy: Self = "connector.busy"
    /// 429: too many requests of the tenant wait for something to happen.
    public static let tooManyWaiting: Self = "request.too_many_waiting"
    /// 422: the idempotency key came with another request before.
    public static let idempotencyKeyReused: Self = "idempotency.key_reused"
    /// 409: a request with this idempotency key is under way.
    public static let idempotencyInProgress: Self = "idempotency.in_progress"
    /// 503: the process isn't ready.
    public static let serverNotReady: Self = "server.not_ready"
    /// 503: the request was given up, most often because the server stops; it may be done.
    public static let serverInterrupted: Self = "server.interrupted"
    /// 507: the server's disk is full; nothing was written.
    public static let storeFull: Self = "store.full"
}
