public import Domain

extension ErrorCode {
    /// A DataSource that the caller can't see, or that isn't there: never told apart.
    public static let sourceNotFound = ErrorCode("datasource.not_found", .notFound, "There is no such DataSource.")
    /// A body that doesn't make a valid DataSource; `errors` has each fault.
    public static let sourceInvalid = ErrorCode(
        "datasource.invalid", .invalid, "The body doesn't make a valid DataSource.")
    /// Another person's change came in between.
    public static let sourceChanged = ErrorCode(
        "datasource.changed", .preconditionFailed,
        "The DataSource was changed since the version that If-Match names; read it again.")
    /// A body that isn't what the route takes; `errors` has each fault.
    public static let requestInvalid = ErrorCode("request.invalid", .invalid, "The body isn't what this route takes.")
    /// No such run of this DataSource.
    public static let runNotFound = ErrorCode("run.not_found", .notFound, "There is no such run of this DataSource.")
    /// A run that has ended can't be cancelled.
    public static let runEnded = ErrorCode("run.ended", .conflict, "The run has ended already.")
    /// A cursor that this server didn't give for this list.
    public static let cursorInvalid = ErrorCode(
        "cursor.invalid", .malformed, "The cursor wasn't given for this list with these filters; start without one.")
    /// A feed cursor whose place is gone.
    public static let cursorExpired = ErrorCode(
        "changes.cursor_expired", .gone,
        "The feed was renewed or cleaned up past this cursor; read it again from the start.")
    /// A key that isn't a scalar in JSON or an array of them.
    public static let keyInvalid = ErrorCode(
        "key.invalid", .malformed, "Each key must be a string, number or boolean in JSON, or a JSON array of them.")
    /// Config that doesn't meet its connector's schema, outside of a DataSource.
    public static let configInvalid = ErrorCode(
        "config.invalid", .invalid, "The config doesn't meet its connector's schema.")
    /// The program or the operator has a connector of that type.
    public static let connectorTypeTaken = ErrorCode(
        "connector.type_taken", .conflict, "The installation has a connector of that type; choose another name.")
    /// A tenant has as many types of its own as it may.
    public static let connectorTooMany = ErrorCode(
        "connector.too_many", .conflict, "The tenant has as many connectors of its own as it may.")
    /// An Application's token stores a connector.
    public static let connectorTenantOnly = ErrorCode(
        "connector.tenant_only", .denied, "An Application's token can't store connectors: they are the whole tenant's.")
    /// Too many checks and discoveries are under way.
    public static let connectorBusy = ErrorCode(
        "connector.busy", .throttled, "Too many calls to sources are under way; try again shortly.")
    /// Too many requests of the tenant wait for something to happen.
    public static let tooManyWaiting = ErrorCode(
        "request.too_many_waiting", .throttled, "Too many requests of this tenant are waiting; ask without wait.")
    /// A check or discovery took too long.
    public static let connectorTimeout = ErrorCode(
        "connector.timeout", .source, "The source didn't answer within the time limit.")
}

/// The codes of faults within a body, each with what it means.
enum FaultCode {
    static let unknown = ErrorCode("field.unknown", .invalid, "There is no such field.")
    static let serverStamped = ErrorCode("field.server_stamped", .invalid, "The server sets this field; leave it out.")
    static let required = ErrorCode("field.required", .invalid, "The field is required.")
    static let type = ErrorCode("field.type", .invalid, "The value has another JSON type than the field.")
    static let length = ErrorCode("field.length", .invalid, "The value is too short or too long.")
    static let format = ErrorCode("field.format", .invalid, "The text hasn't the form that the field asks for.")
    static let value = ErrorCode("field.value", .invalid, "The value isn't one that the field can have.")
    static let immutable = ErrorCode("field.immutable", .invalid, "The field can't be changed.")
    static let status = ErrorCode("status.not_allowed", .invalid, "A client can't change the status in this way.")
    static let scheduleWithoutRuns = ErrorCode(
        "schedule.no_runs", .invalid, "Records of this type are pushed, so there is no run that a schedule could start."
    )
    static let entityNotSelected = ErrorCode(
        "entity.not_selected", .invalid, "The DataSource doesn't select this entity.")

    static let configRequired = ErrorCode("config.required", .invalid, "The connector needs this field.")
    static let configUnknown = ErrorCode("config.unknown", .invalid, "The connector has no such field.")
    static let configType = ErrorCode("config.type", .invalid, "The value has another JSON type than the field.")
    static let configLength = ErrorCode("config.length", .invalid, "The value is too short or too long.")
    static let configRange = ErrorCode("config.range", .invalid, "The number is too small or too large.")
    static let configFormat = ErrorCode("config.format", .invalid, "The text hasn't the form that the field asks for.")
    static let configValue = ErrorCode("config.value", .invalid, "The value isn't one that the field can have.")
    static let secretMissing = ErrorCode("config.secret_missing", .invalid, "The connector needs this secret.")
    static let secretsRequired = ErrorCode(
        "config.secrets_required", .invalid,
        "The config now connects elsewhere, so each secret must be sent again, or null to remove it.")
}

extension AppError.Fault {
    init(_ code: ErrorCode, at pointer: String, _ detail: String? = nil) {
        self.init(pointer: pointer, code: code.code, detail: detail ?? code.summary)
    }
}
