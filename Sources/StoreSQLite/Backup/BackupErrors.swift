public import Domain

extension ErrorCode {
    static let backupExists = ErrorCode(
        "backup.exists", .conflict, "There is a file of that name; nothing is overwritten.")
    static let backupRunning = ErrorCode(
        "backup.running", .conflict, "Another backup or restore is writing the same file.")
    static let backupPathUnusable = ErrorCode(
        "backup.path_unusable", .unavailable, "A file of the backup can't be read or written.")
    static let backupUnreadable = ErrorCode(
        "backup.unreadable", .invalid, "The file isn't a whole backup of Tributary's database.")
    static let restoreExists = ErrorCode(
        "restore.exists", .conflict, "There is a database already; only --replace puts another in its place.")

    /// Every code that this target declares, for the catalogue.
    public static let backupAll: [ErrorCode] = [
        .backupExists, .backupRunning, .backupPathUnusable, .backupUnreadable, .restoreExists,
    ]
}
