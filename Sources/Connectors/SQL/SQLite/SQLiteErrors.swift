public import Domain

/// Codes of the `sqlite` connector; those of its files (`file.…`) are of ``TenantFiles``.
extension ErrorCode {
    /// The config of a `sqlite` source can't be used.
    public static let sqliteConfigInvalid = ErrorCode(
        "sqlite.config_invalid", .source, "a field of the config has a value that the sqlite connector can't use")
    /// The path isn't one below the tenant's folder.
    public static let sqlitePathInvalid = ErrorCode(
        "sqlite.path_invalid", .source,
        "the path must lead from the tenant's folder to a file: no absolute path, no URL, no .. part")
    /// The file is something else.
    public static let sqliteNotADatabase = ErrorCode(
        "sqlite.not_a_database", .source, "the file isn't a SQLite database, or it is encrypted")
    /// The file breaks SQLite's format.
    public static let sqliteDamaged = ErrorCode("sqlite.damaged", .source, "the database file is damaged")
    /// Another program holds it for longer than was waited.
    public static let sqliteLocked = ErrorCode(
        "sqlite.locked", .source, "another program holds the database locked")
    /// The operating system failed to read.
    public static let sqliteReadFailed = ErrorCode("sqlite.read_failed", .source, "the database file can't be read")
    /// A value, a statement or a sort is beyond all bounds.
    public static let sqliteTooBig = ErrorCode(
        "sqlite.too_big", .source, "the database holds more than the connector's limits allow")
    /// The schema changed under the read.
    public static let sqliteSchemaChanged = ErrorCode(
        "sqlite.schema_changed", .source, "the database's schema changed while it was read")
    /// The schema needs what isn't there.
    public static let sqliteUnsupported = ErrorCode(
        "sqlite.unsupported", .source,
        "the schema uses a module, function, collation or feature that this SQLite doesn't have or may not use")
    /// A view's computation failed.
    public static let sqliteQueryFailed = ErrorCode(
        "sqlite.query_failed", .source, "a view or generated column computes something that fails")
    /// A view computes for ever.
    public static let sqliteStalled = ErrorCode(
        "sqlite.stalled", .source, "reading gave no row for longer than the connector waits")
    /// A program stopped in the middle of writing, and only a program that may write can clear up.
    public static let sqliteRecoveryNeeded = ErrorCode(
        "sqlite.recovery_needed", .source,
        "a program left the database in the middle of a write, and only one that may write can recover it")
    /// The file was rewritten by something other than SQLite.
    public static let sqliteChangedDuringRead = ErrorCode(
        "sqlite.changed_during_read", .source, "the database file was replaced or rewritten while it was read")
    /// There is nothing to read.
    public static let sqliteNoTables = ErrorCode(
        "sqlite.no_tables", .source, "the database has no table or view that can be read")
}
