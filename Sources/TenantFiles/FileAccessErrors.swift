public import Domain

/// Codes of reading files below a tenant's folder.
extension ErrorCode {
    /// There is no folder to read from.
    public static let fileRootMissing = ErrorCode(
        "file.root_missing", .source,
        "the server has no folder of files for this tenant: its TRIBUTARY_FILES_ROOT is unset, or the folder isn't there"
    )
    /// The path leads out of the tenant's folder.
    public static let filePathOutsideRoot = ErrorCode(
        "file.path_outside_root", .source, "the path leads out of the tenant's folder")
    /// The named file isn't there.
    public static let fileNotFound = ErrorCode("file.not_found", .source, "no file is at the path")
    /// The server's user may not read it.
    public static let filePermission = ErrorCode(
        "file.permission", .source, "the server has no permission to read the file or folder")
    /// A folder, pipe, socket or device.
    public static let fileNotRegular = ErrorCode("file.not_regular", .source, "the path isn't a regular file")
    /// The operating system failed to read.
    public static let fileReadFailed = ErrorCode("file.read_failed", .source, "the file can't be read")
}
