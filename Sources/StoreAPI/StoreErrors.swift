public import Domain

extension ErrorCode {
    public static let storeUnavailable = ErrorCode(
        "store.unavailable", .unavailable, "The database can't be reached now; try again shortly.")
    public static let storeFull = ErrorCode(
        "store.full", .full, "The disk that holds the database is full; nothing was written, reads go on.")
    public static let storeNewer = ErrorCode(
        "store.newer", .unavailable, "The database was written by a newer version of Tributary; start that one.")
    public static let storeLocked = ErrorCode(
        "store.locked", .unavailable, "Another Tributary process holds the data folder.")
    public static let storeBroken = ErrorCode(
        "store.broken", .bug, "The database gave an answer that it never should.")
}
