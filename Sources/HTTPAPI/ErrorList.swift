public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let httpAll: [ErrorCode] = [
        .bodyMalformed, .bodyTooDeep, .bodyDuplicateMember, .bodyInvalidUTF8, .bodyMissing, .bodyTooLarge,
        .bodyTooSlow, .bodyBusy, .bodyUnsupported, .bodyBroken, .requestMalformed, .targetTooLong, .headersTooLarge,
        .expectationUnknown, .queryUnknown, .queryInvalid, .headerInvalid, .routeNotFound, .methodNotAllowed,
        .notAcceptable, .notReady, .interrupted, .internalFault, .authInvalidRequest, .authUnsupportedGrantType,
        .requestThrottled,
    ]
}
