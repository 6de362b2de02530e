public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let connectorAll: [ErrorCode] = [
        .connectorUnknown, .connectorManifestInvalid, .recordKeyMissing, .recordKeyNull, .recordKeyUnsupported,
        .recordTooLarge,
        .recordNotObject, .recordNotUTF8, .connectorFault,
    ]
}
