public import Domain

/// Codes that the connectors of SQL databases share.
extension ErrorCode {
    /// The config's `tables` can't be used.
    public static let sqlTablesInvalid = ErrorCode(
        "sql.tables_invalid", .source, "the config's tables aren't names or patterns of tables")
    /// The config names a table that isn't there.
    public static let sqlTableUnknown = ErrorCode(
        "sql.table_unknown", .source, "the database has no table of a name that the config's tables hold")
    /// A run is to read an entity that the source doesn't offer.
    public static let sqlEntityUnknown = ErrorCode(
        "sql.entity_unknown", .source, "the database has no table or view for the entity that was asked for")
    /// An incremental read needs a column to follow.
    public static let sqlCursorRequired = ErrorCode(
        "sql.cursor_required", .source, "an incremental read of a table needs a cursor_field; name a column that grows")
    /// The column to follow isn't one of those that can be followed.
    public static let sqlCursorUnknown = ErrorCode(
        "sql.cursor_unknown", .source, "the cursor_field isn't a column of the table that a read can follow")
    /// Without a key, a changed row can't be told from a new one.
    public static let sqlKeyRequired = ErrorCode(
        "sql.key_required", .source, "an incremental read of a table needs a primary key; the table has none")
    /// A column of the key that was chosen isn't there.
    public static let sqlKeyUnknown = ErrorCode(
        "sql.key_unknown", .source, "a field of the primary_key isn't a column of the table")
}
