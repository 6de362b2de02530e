public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let tenantFilesAll: [ErrorCode] = [
        .fileRootMissing, .filePathOutsideRoot, .fileNotFound, .filePermission, .fileNotRegular, .fileReadFailed,
    ]
}
