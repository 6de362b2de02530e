/// One row of the table of settings: its name, what it may be, and what it is when nobody sets it.
///
/// The variable, the flag and the name in a settings file all come from `name`.
public struct Setting: Sendable, Hashable {
    /// As a settings file writes it: `http_port`.
    public let name: String
    /// What it is when nobody sets it, in words.
    public let defaultText: String
    /// What a value must be, to follow "must be".
    public let allowed: String
    /// What it does, in one line.
    public let summary: String
    /// Whether there is a flag: not for secrets, since every user of the machine can read a process's arguments.
    public let hasFlag: Bool

    init(_ name: String, default text: String, allowed: String, hasFlag: Bool = true, _ summary: String) {
        self.name = name
        self.defaultText = text
        self.allowed = allowed
        self.summary = summary
        self.hasFlag = hasFlag
    }

    /// The environment variable: `TRIBUTARY_HTTP_PORT`.
    public var variable: String { "TRIBUTARY_" + name.uppercased() }

    /// The flag with its dashes: `--http-port`; nil where there is none.
    public var flag: String? { hasFlag ? "--" + name.split(separator: "_").joined(separator: "-") : nil }
}

extension Setting {
    /// Every setting in the order of the documentation.
    public static let all: [Setting] = [
        configFile, databaseURL, httpHost, httpPort, masterKeys, jwtIssuers, workers, tenantRuns, hostRuns, rateLimit,
        deletedRetention, tombstoneRetention, runRetention, leaseSeconds, egressAllow, filesRoot, connectorsDir,
        logLevel, logFormat,
    ]

    /// The settings file.
    public static let configFile = Setting(
        "config_file", default: "none", allowed: "a readable file that ends in .json, .yaml or .yml",
        "file with settings, named as here without TRIBUTARY_ and in lower case")
    /// Where everything is kept.
    public static let databaseURL = Setting(
        "database_url", default: "sqlite:tributary-data/tributary.db",
        allowed: "sqlite:<file> or postgres://user:password@host:port/database?sslmode=…",
        "the database; a URL with a password belongs in the environment")
    /// The address to listen on.
    public static let httpHost = Setting(
        "http_host", default: "127.0.0.1", allowed: "a host name or an IP address", "address to listen on")
    /// The port to listen on.
    public static let httpPort = Setting(
        "http_port", default: "8080", allowed: "a whole number from 0 to 65535", "port to listen on; 0 picks a free one"
    )
    /// The keys that wrap the tenants' keys.
    public static let masterKeys = Setting(
        "master_keys", default: "a key file beside the SQLite database", allowed: "id:base64[,id:base64…]",
        hasFlag: false, "keys that protect the secrets, the first is active; required with PostgreSQL")
    /// Who else may issue tokens.
    public static let jwtIssuers = Setting(
        "jwt_issuers", default: "built-in only",
        allowed: "a JSON array of objects {iss, aud?, alg, kid?, secret or jwks_file or jwks_url}", hasFlag: false,
        "further issuers of tokens")
    /// How many runs at once.
    public static let workers = Setting(
        "workers", default: "4", allowed: "a whole number from 0 to 256", "runs at once in this process; 0 = API only")
    /// How many runs of one tenant at once.
    public static let tenantRuns = Setting(
        "tenant_runs", default: "= workers", allowed: "a whole number from 1 to 256", "runs of one tenant at once")
    /// How many runs of one tenant against one system at once.
    public static let hostRuns = Setting(
        "host_runs", default: "4", allowed: "a whole number from 1 to 256",
        "runs of one tenant at once that read from one host")
    /// How many requests.
    public static let rateLimit = Setting(
        "rate_limit", default: "off", allowed: "off, N or N/burst, each from 1 to 1000000",
        "requests a second of one tenant")
    /// How long deleted DataSources can come back.
    public static let deletedRetention = Setting(
        "deleted_retention", default: "P30D", allowed: duration, "how long a deleted source keeps its secrets")
    /// How long deletions stay in the change feed.
    public static let tombstoneRetention = Setting(
        "tombstone_retention", default: "P90D", allowed: duration, "how long the change feed keeps deletions")
    /// How long runs are kept.
    public static let runRetention = Setting(
        "run_retention", default: "P90D", allowed: duration, "how long runs are kept")
    /// How long a worker holds a run without a sign of life.
    public static let leaseSeconds = Setting(
        "lease_seconds", default: "30", allowed: "a whole number from 1 to 600",
        "seconds after which a silent worker loses its run")
    /// Private networks that connectors may reach.
    public static let egressAllow = Setting(
        "egress_allow", default: "none",
        allowed: "a comma-separated list of [tenant=]CIDR[:port], such as 10.0.0.0/8:5432",
        "private networks that connectors may reach")
    /// Where tenants' files are.
    public static let filesRoot = Setting(
        "files_root", default: "none", allowed: "a folder that neither holds nor lies in the data folder",
        "folder with one folder a tenant for file and sqlite sources")
    /// Where an operator's own connectors are.
    public static let connectorsDir = Setting(
        "connectors_dir", default: "none", allowed: "a folder", "folder of connectors of your own")
    /// How much is logged.
    public static let logLevel = Setting(
        "log_level", default: "info", allowed: "one of trace, debug, info, notice, warning, error, critical",
        "the least level that is logged")
    /// How it is logged.
    public static let logFormat = Setting(
        "log_format", default: "json, text on a terminal", allowed: "json or text", "form of log lines")

    private static let duration = "an ISO 8601 duration of at most 10 years, such as P30D or PT12H"
}
