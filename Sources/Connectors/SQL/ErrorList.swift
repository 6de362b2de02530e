public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let sqlConnectorAll: [ErrorCode] = [
        .postgresConfigInvalid, .postgresUnreachable, .postgresTimedOut, .postgresConnectionLost,
        .postgresAuthenticationFailed, .postgresDatabaseUnknown, .postgresSchemaUnknown, .postgresPermissionDenied,
        .postgresTLSUnsupported, .postgresTLSFailed, .postgresMalformed, .postgresOverloaded, .postgresTableDropped,
        .postgresTableChanged, .postgresTableLocked, .postgresQueryCancelled, .postgresStandbyConflict,
        .postgresDataDamaged, .postgresQueryFailed, .postgresRowTooLarge, .postgresTooOld, .postgresEntityNameClash,
        .postgresTooManyTables, .recordJSONInvalid, .sqliteConfigInvalid, .sqlitePathInvalid, .sqliteNotADatabase,
        .sqliteDamaged, .sqliteLocked, .sqliteReadFailed, .sqliteTooBig, .sqliteSchemaChanged, .sqliteUnsupported,
        .sqliteQueryFailed, .sqliteStalled, .sqliteRecoveryNeeded, .sqliteChangedDuringRead, .sqliteNoTables,
        .sqlTablesInvalid, .sqlTableUnknown, .sqlEntityUnknown, .sqlCursorRequired, .sqlCursorUnknown,
        .sqlKeyRequired, .sqlKeyUnknown,
    ]
}
