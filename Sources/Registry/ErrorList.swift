public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let registryAll: [ErrorCode] = [
        .applicationNotFound, .applicationInvalid, .applicationScopeExceeded, .applicationForeign, .keyNotFound,
        .keyTooMany, .authInvalidClient, .authInvalidScope, .authTooManyAttempts, .idempotencyKeyReused,
        .idempotencyInProgress, .idempotencyAnswerTooLarge, .sourceIsPushed, .sourceHasRuns, .pushEntityUnknown,
        .pushKeyChanged, .pushTooManyItems, .pushBusy, .pushMarkerInvalid, .sourceNotFound, .sourceInvalid,
        .sourceChanged, .requestInvalid, .runNotFound, .runEnded, .cursorInvalid, .cursorExpired, .keyInvalid,
        .configInvalid, .connectorTypeTaken, .connectorTooMany,
        .connectorTenantOnly, .connectorBusy, .tooManyWaiting, .connectorTimeout,
    ]

    /// The codes of faults within a body.
    public static let faultsAll: [ErrorCode] = [
        FaultCode.unknown, FaultCode.serverStamped, FaultCode.required, FaultCode.type, FaultCode.length,
        FaultCode.format, FaultCode.value, FaultCode.immutable, FaultCode.status, FaultCode.scheduleWithoutRuns,
        FaultCode.entityNotSelected, FaultCode.configRequired, FaultCode.configUnknown, FaultCode.configType,
        FaultCode.configLength, FaultCode.configRange, FaultCode.configFormat, FaultCode.configValue,
        FaultCode.secretMissing, FaultCode.secretsRequired,
    ]
}
