public import Domain
public import Egress
import Engine

/// All that an operator may set, read once and checked.
public struct Settings: Sendable {
    /// Where everything is kept.
    public var database: DatabaseLocation
    /// Address to listen on.
    public var httpHost: String
    /// Port to listen on; 0 picks a free one.
    public var httpPort: Int
    /// `id:base64[,id:base64…]`; nil = a key file beside the SQLite database, never nil with PostgreSQL.
    public var masterKeys: Secret<String>?
    /// A JSON array of objects, each with `iss`; nil = the built-in issuer only.
    public var jwtIssuers: Secret<String>?
    /// Runs at once in this process, 0 to 256; 0 = API only.
    public var workers: Int
    /// Runs of one tenant at once, 1 to 256.
    public var tenantRuns: Int
    /// Runs of one tenant at once that read from one host, 1 to 256.
    public var hostRuns: Int
    /// nil = no limit.
    public var rateLimit: RateLimit?
    /// How long a deleted source keeps its secrets.
    public var deletedRetention: Duration
    /// How long the change feed keeps deletions.
    public var tombstoneRetention: Duration
    /// How long runs are kept.
    public var runRetention: Duration
    /// After how long a silent worker loses its run: 1 to 600 s.
    public var lease: Duration
    /// Private networks that connectors may reach.
    public var egressAllow: [AllowedNetwork]
    /// Folder with one folder a tenant; nil = local paths are refused. Doesn't overlap the data folder.
    public var filesRoot: String?
    /// Folder of an operator's own connectors.
    public var connectorsDir: String?
    /// `trace debug info notice warning error critical`.
    public var logLevel: String
    /// How log lines are written.
    public var logFormat: LogFormat

    /// How log lines are written.
    public enum LogFormat: String, Sendable, CaseIterable {
        case json, text
    }

    /// Reads flags over environment over file.
    ///
    /// Throws `settings.invalid` with one fault for each setting that isn't what it must be; its pointer is the
    /// variable's name. No fault holds a value.
    ///
    /// - Parameters:
    ///   - flags: Values given on the command line, by the setting's name.
    ///   - environment: The process's environment; an empty value counts as not set.
    ///   - isTerminal: Whether standard error is a terminal, for the default form of log lines.
    public static func load(
        flags: [String: String], environment: [String: String], isTerminal: Bool
    ) async throws(AppError) -> Settings {
        let layers = try await SettingsLayers.open(flags: flags, environment: environment)
        var reader = SettingsReader(layers: layers)
        let settings = Settings(from: &reader, isTerminal: isTerminal)
        settings.checkTogether(&reader)
        guard let first = reader.faults.first else { return settings }
        let message =
            reader.faults.count == 1 ? "\(first.pointer) \(first.detail)" : "\(reader.faults.count) settings are wrong."
        throw AppError(.settingsInvalid, message, faults: reader.faults)
    }

    private init(from reader: inout SettingsReader, isTerminal: Bool) {
        database = reader.value(.databaseURL, DatabaseLocation.init) ?? .sqlite(path: "tributary-data/tributary.db")
        httpHost = reader.value(.httpHost, Self.host) ?? "127.0.0.1"
        httpPort = reader.integer(.httpPort, 0...65_535) ?? 8080
        masterKeys = reader.value(.masterKeys) { Secret($0) }
        jwtIssuers = reader.value(.jwtIssuers, Self.issuers)
        workers = reader.integer(.workers, 0...256) ?? 4
        tenantRuns = reader.integer(.tenantRuns, 1...256) ?? max(workers, 1)
        hostRuns = reader.integer(.hostRuns, 1...256) ?? Worker.defaultHostRuns
        rateLimit = reader.value(.rateLimit, RateLimit.read) ?? nil
        deletedRetention = reader.duration(.deletedRetention) ?? .seconds(30 * 86_400)
        tombstoneRetention = reader.duration(.tombstoneRetention) ?? .seconds(90 * 86_400)
        runRetention = reader.duration(.runRetention) ?? .seconds(90 * 86_400)
        lease = .seconds(reader.integer(.leaseSeconds, 1...600) ?? 30)
        egressAllow = reader.value(.egressAllow, AllowedNetwork.list) ?? []
        filesRoot = reader.value(.filesRoot) { $0 }
        connectorsDir = reader.value(.connectorsDir) { $0 }
        logLevel = reader.value(.logLevel, Self.level) ?? "info"
        logFormat = reader.value(.logFormat, LogFormat.init) ?? (isTerminal ? .text : .json)
    }
}

extension ErrorCode {
    /// A setting isn't what it must be.
    public static let settingsInvalid = ErrorCode(
        "settings.invalid", .invalid, "A setting isn't what it must be; the faults name each and what is allowed.")
}
