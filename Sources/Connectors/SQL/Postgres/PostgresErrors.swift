import ConnectorAPI
public import Domain
import LibPQ

/// Codes of the `postgres` connector.
extension ErrorCode {
    /// The config of a `postgres` source can't be used.
    public static let postgresConfigInvalid = ErrorCode(
        "postgres.config_invalid", .source, "a field of the config has a value that the postgres connector can't use")
    /// Nothing listens at the address, or it can't be reached.
    public static let postgresUnreachable = ErrorCode(
        "postgres.unreachable", .source, "no PostgreSQL server accepts connections at the host and port")
    /// Connecting or an answer took too long.
    public static let postgresTimedOut = ErrorCode(
        "postgres.timed_out", .source, "the PostgreSQL server didn't answer in time")
    /// The connection broke, or the server was stopped.
    public static let postgresConnectionLost = ErrorCode(
        "postgres.connection_lost", .source, "the connection to the PostgreSQL server broke")
    /// Wrong password, unknown role, or no entry for it in `pg_hba.conf`.
    public static let postgresAuthenticationFailed = ErrorCode(
        "postgres.authentication_failed", .source, "the PostgreSQL server refuses the user or the password")
    /// The database isn't there.
    public static let postgresDatabaseUnknown = ErrorCode(
        "postgres.database_unknown", .source, "the PostgreSQL server has no database of that name")
    /// A schema that the config names isn't there, or the role may not use it.
    public static let postgresSchemaUnknown = ErrorCode(
        "postgres.schema_unknown", .source, "the database has no schema of that name that the user may use")
    /// The role lacks a right.
    public static let postgresPermissionDenied = ErrorCode(
        "postgres.permission_denied", .source, "the user lacks the right to read; GRANT SELECT gives it")
    /// `sslmode` asks for TLS and the server has none, or the other way round.
    public static let postgresTLSUnsupported = ErrorCode(
        "postgres.tls_unsupported", .source, "the server doesn't offer TLS, which the config's sslmode asks for")
    /// The server's certificate can't be trusted.
    public static let postgresTLSFailed = ErrorCode(
        "postgres.tls_failed", .source,
        "the server's certificate isn't trusted or isn't for the host; see sslmode and sslrootcert")
    /// What answers isn't a PostgreSQL server, or not one that keeps to the protocol.
    public static let postgresMalformed = ErrorCode(
        "postgres.malformed", .source, "what answers doesn't speak PostgreSQL's protocol as it should")
    /// The server has no more connections or memory, or is starting or stopping.
    public static let postgresOverloaded = ErrorCode(
        "postgres.overloaded", .source, "the PostgreSQL server has no room for the connection or the query now")
    /// A table was dropped after the run began.
    public static let postgresTableDropped = ErrorCode(
        "postgres.table_dropped", .source, "the table was dropped or renamed while it was to be read")
    /// A table got other columns, or was rewritten, after the run began.
    public static let postgresTableChanged = ErrorCode(
        "postgres.table_changed", .source,
        "the table was altered or rewritten during the run; a new run reads it as it is")
    /// Another session holds the table.
    public static let postgresTableLocked = ErrorCode(
        "postgres.table_locked", .source, "another session holds a lock on the table for too long")
    /// The server stopped the query.
    public static let postgresQueryCancelled = ErrorCode(
        "postgres.query_cancelled", .source, "the server stopped the query: a time limit or an administrator")
    /// A standby server must apply changes that the read holds up.
    public static let postgresStandbyConflict = ErrorCode(
        "postgres.standby_conflict", .source, "the standby server stopped the read for the sake of its own recovery")
    /// The server found its own data damaged.
    public static let postgresDataDamaged = ErrorCode(
        "postgres.data_damaged", .source, "the server finds its own data damaged")
    /// The query failed for a reason of the database's.
    public static let postgresQueryFailed = ErrorCode(
        "postgres.query_failed", .source, "the server couldn't carry out the query")
    /// A row is too large to be taken in.
    public static let postgresRowTooLarge = ErrorCode(
        "postgres.row_too_large", .source,
        "a row or an answer of the server is larger than 64 MiB; leave the table out or read a view without the column")
    /// The server is older than what is supported.
    public static let postgresTooOld = ErrorCode(
        "postgres.too_old", .source, "the server is older than PostgreSQL 12")
    /// Two tables make an entity of the same name.
    public static let postgresEntityNameClash = ErrorCode(
        "postgres.entity_name_clash", .source, "a dot in their names makes two tables look like one")
    /// There are more tables than are offered.
    public static let postgresTooManyTables = ErrorCode(
        "postgres.too_many_tables", .source, "the schemas have more than 10,000 tables; choose with schemas or tables")
}

extension PostgresError {
    /// What to tell of it. `subject` is what was asked for: `table public.orders`.
    func failure(_ subject: String? = nil) -> any Error {
        switch kind {
        case .interrupted: CancellationError()
        case .refused, .unreachable: said(.postgresUnreachable, .retry, subject)
        case .timedOut: said(.postgresTimedOut, .retry, subject)
        case .connectionLost: said(.postgresConnectionLost, .retry, subject)
        case .tlsUnsupported: said(.postgresTLSUnsupported, .fixConfig, subject)
        case .tlsFailed: said(.postgresTLSFailed, .fixConfig, subject)
        case .passwordMissing: said(.postgresAuthenticationFailed, .reauthorise, subject)
        case .malformed: said(.postgresMalformed, .waitForSource, subject)
        case .oversized: said(.postgresRowTooLarge, .fixConfig, subject)
        case .invalidParameter: said(.postgresConfigInvalid, .fixConfig, subject)
        case .refusal: refusal(subject)
        }
    }

    /// By SQLSTATE: PostgreSQL 15, appendix A.
    private func refusal(_ subject: String?) -> AppError {
        let state = sqlState ?? ""
        switch (state, state.prefix(2)) {
        case (_, "28"): return said(.postgresAuthenticationFailed, .reauthorise, subject)
        case ("3D000", _): return said(.postgresDatabaseUnknown, .fixConfig, subject)
        case ("42501", _): return said(.postgresPermissionDenied, .reauthorise, subject)
        case ("42P01", _), ("3F000", _): return said(.postgresTableDropped, .retry, subject)
        case ("42703", _), ("42804", _), ("42846", _), ("42809", _), ("XX000", _):
            return said(.postgresTableChanged, .retry, subject)
        case ("55P03", _): return said(.postgresTableLocked, .retry, subject)
        case ("57014", _): return said(.postgresQueryCancelled, .retry, subject)
        case ("57P03", _), (_, "53"): return said(.postgresOverloaded, .waitForSource, subject)
        case (_, "57"), (_, "08"), ("25P03", _): return said(.postgresConnectionLost, .retry, subject)
        case (_, "40"): return said(.postgresStandbyConflict, .retry, subject)
        case ("XX001", _), ("XX002", _): return said(.postgresDataDamaged, .waitForSource, subject)
        default: return said(.postgresQueryFailed, .fixConfig, subject)
        }
    }

    private func said(_ code: ErrorCode, _ recovery: Recovery, _ subject: String?) -> AppError {
        let about = subject.map { "\($0): " } ?? ""
        let state = sqlState.map { " (SQLSTATE \($0))" } ?? ""
        return .source(code, about + code.summary + state, recovery: recovery)
    }
}
