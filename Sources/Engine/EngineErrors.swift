public import Domain

extension ErrorCode {
    public static let crashLoop = ErrorCode(
        "run.crash_loop", .bug, "The run was started five times and never stored a batch; its worker dies or stalls.")
    public static let deletesToReview = ErrorCode(
        "run.review_deletes", .source,
        "More records would be deleted than is plausible; sync with allow_deletes once you know that they are gone.")
    public static let entityUnknown = ErrorCode(
        "entity.unknown", .source, "The source doesn't offer an entity that the DataSource selects.")
    public static let incrementalUnsupported = ErrorCode(
        "entity.incremental_unsupported", .source, "The entity can't be read incrementally; select it with mode full.")
    public static let stateTooLarge = ErrorCode(
        "connector.state_too_large", .bug, "The connector's state is larger than 1 MiB.")
}

extension AppError {
    private static let entityDetail = "entity"

    /// The entity that a source's failure is about.
    var entity: String? { details[Self.entityDetail] }

    /// The same error, said of an entity unless it names one already.
    func of(entity: String?) -> AppError {
        var error = self
        if error.entity == nil { error.details[Self.entityDetail] = entity }
        return error
    }
}

/// Why a run's worker stops without having an end to tell of.
enum Interruption: Error, Equatable {
    /// Somebody else owns the run now, or it ended: nothing more may be written.
    case fenced
    /// The lease ran out before it could be renewed.
    case leaseExpired
}
