public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let storeAll: [ErrorCode] = [
        .sourcePaused, .sourceDisconnected, .runActive, .runSuperseded, .runCancelled, .storeUnavailable, .storeFull,
        .storeNewer, .storeLocked, .storeBroken,
    ]
}
