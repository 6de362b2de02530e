public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let declarativeAll: [ErrorCode] = [
        .declarativeManifestInvalid, .declarativeRequestInvalid, .declarativeStateInvalid,
        .declarativeCustomComponents, .declarativeDenied, .declarativeRateLimited, .declarativeSourceFailed,
        .declarativeRefused, .declarativeEndlessPages, .declarativeConfigInvalid, .declarativeNoSlices,
        .bodyDamaged, .bodyInflationLimit, .bodyTooLarge, .bodyEncoding, .recordNotMapping, .fieldBlocked,
        .fieldAmbiguous, .partitionUnusable, .schemaUnusable, .dynamicStreamUnusable, .jobFailed,
    ]
}
