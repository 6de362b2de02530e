public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let interpolationAll: [ErrorCode] = [
        .valueJSONInvalid, .templateInvalid, .templateUndeclared, .templateFailed, .templateTooCostly,
    ]
}
