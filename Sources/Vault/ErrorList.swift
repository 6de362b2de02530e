public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let vaultAll: [ErrorCode] = [
        .keyFilePermissions, .keyFileMalformed, .keyFileUnreadable, .masterKeysMalformed, .masterKeyUnknown,
        .masterKeyWrong, .secretUndecryptable, .secretTooLarge, .vaultNotPrepared,
    ]
}
