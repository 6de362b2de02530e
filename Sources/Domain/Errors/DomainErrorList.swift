extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let domainAll: [ErrorCode] = [
        .scopeMissing, .durationInvalid, .scheduleInvalid, .scheduleNeverFires, .scheduleUnknownZone,
        .credentialsBusy, .credentialsGone,
    ]
}
