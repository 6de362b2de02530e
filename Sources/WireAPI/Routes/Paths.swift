/// Every path that the server answers.
public enum Paths {
    /// List and create.
    public static let datasources = Path<Void>("/api/v1/datasources")
    /// Get, update and delete one.
    public static let datasource = Path<String>("/api/v1/datasources/{id}")
    /// Queue a run.
    public static let sync = Path<String>("/api/v1/datasources/{id}/sync")
    /// Try the connection.
    public static let check = Path<String>("/api/v1/datasources/{id}/check")
    /// What the source offers.
    public static let entities = Path<String>("/api/v1/datasources/{id}/entities")
    /// Make tombstones of its records and drop their bodies.
    public static let erase = Path<String>("/api/v1/datasources/{id}/erase")
    /// Its runs, newest first.
    public static let runs = Path<String>("/api/v1/datasources/{id}/runs")
    /// One run.
    public static let run = Path<(String, String)>("/api/v1/datasources/{id}/runs/{run_id}")
    /// Stop a run.
    public static let cancel = Path<(String, String)>("/api/v1/datasources/{id}/runs/{run_id}/cancel")
    /// What happens to a run, as server-sent events.
    public static let events = Path<(String, String)>("/api/v1/datasources/{id}/runs/{run_id}/events")
    /// The items that a run couldn't store.
    public static let rejects = Path<(String, String)>("/api/v1/datasources/{id}/runs/{run_id}/rejects")
    /// The records of one entity.
    public static let records = Path<(String, String)>("/api/v1/datasources/{id}/records/{entity}")
    /// The change feed.
    public static let changes = Path<String>("/api/v1/datasources/{id}/changes")
    /// The catalogue of connectors.
    public static let connectors = Path<Void>("/api/v1/connectors")
    /// One connector.
    public static let connector = Path<String>("/api/v1/connectors/{type}")
    /// Try a config before anything is created.
    public static let connectorCheck = Path<String>("/api/v1/connectors/{type}/check")
    /// The next times of a schedule.
    public static let schedulePreview = Path<Void>("/api/v1/schedules/preview")
    /// List and register Applications.
    public static let applications = Path<Void>("/api/v1/applications")
    /// Get, update and delete one.
    public static let application = Path<String>("/api/v1/applications/{id}")
    /// List and make its API keys.
    public static let applicationKeys = Path<String>("/api/v1/applications/{id}/keys")
    /// Revoke one.
    public static let applicationKey = Path<(String, String)>("/api/v1/applications/{id}/keys/{key_id}")
    /// Tokens for Applications (RFC 6749 section 4.4); needs no token itself.
    public static let token = Path<Void>("/api/v1/auth/token")
    /// Who did what.
    public static let audit = Path<Void>("/api/v1/audit")
    /// Whether the process runs.
    public static let health = Path<Void>("/health")
    /// Whether the process can do its work.
    public static let ready = Path<Void>("/ready")
    /// What it measures, for Prometheus.
    public static let metrics = Path<Void>("/metrics")
    /// The public keys of the built-in token issuer (RFC 7517).
    public static let keySet = Path<Void>("/.well-known/jwks.json")
    /// The resources, their fields, verbs and paths.
    public static let manifest = Path<Void>("/api/v1/manifest")
    /// The description for programs (OpenAPI 3.1).
    public static let openAPI = Path<Void>("/openapi.json")
}
