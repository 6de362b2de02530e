import Domain
import LibPQ
import StoreAPI

/// What a failure of the database means (PostgreSQL 15, appendix A). Messages hold the SQLSTATE alone: never SQL, never a
/// bound value, never the server's words.
struct StoreFailure: Error {
    /// What to do about it.
    enum Remedy {
        /// The connection is of no more use; another one may do.
        case reconnect
        /// Another transaction was in the way; the same again may do.
        case again
        /// Nothing here.
        case none
    }

    let remedy: Remedy
    let error: AppError
    /// Whether the server had ended the transaction while it waited for the next statement: then that wasn't carried out.
    var endedIdle = false

    /// How long a caller waits before it tries again.
    private static let pause = Duration.seconds(1)

    init(_ failure: PostgresError, isReading: Bool) {
        let state = failure.sqlState
        switch (failure.kind, state?.prefix(2)) {
        case (.refusal, _) where state == "25006" && isReading:
            self.init(.none, AppError(.storeBroken, "A read transaction tried to write."))
        case (.refusal, _) where Self.endings.contains(state ?? ""):
            self.init(.reconnect, Self.unavailable(state))
            endedIdle = state == "25P03"
        case (.refusal, "08"), (.refusal, "28"), (.refusal, "3D"):
            self.init(.reconnect, Self.unavailable(state))
        case (.refusal, _) where state == "53100":
            self.init(.none, AppError(.storeFull))
        case (.refusal, _) where Self.collisions.contains(state ?? ""):
            let isTwin = state == "23505"
            self.init(
                .again,
                isTwin
                    ? AppError(.storeBroken, "A row that must be the only one is there already (SQLSTATE 23505).")
                    : Self.unavailable(state))
        case (.refusal, "53"), (.refusal, "57"):
            self.init(.none, Self.unavailable(state))
        case (.refusal, _) where Self.absences.contains(state ?? ""):
            self.init(
                .none,
                AppError(
                    .storeUnavailable, "The database has no tables of Tributary's, or not all: run tributary migrate.",
                    retryAfter: Self.pause))
        case (.refusal, _) where state == "42501":
            self.init(
                .none, AppError(.storeBroken, "The database user may not do what is needed (SQLSTATE 42501)."))
        case (.refusal, .some):
            self.init(.none, AppError(.storeBroken, "The database refused a statement (SQLSTATE \(state ?? ""))."))
        default:
            self.init(.reconnect, Self.unavailable("\(failure.kind)"))
        }
    }

    init(_ remedy: Remedy, _ error: AppError) {
        self.remedy = remedy
        self.error = error
    }

    static func unavailable(_ reason: String?) -> AppError {
        let text = reason.map { " (\($0))" } ?? ""
        return AppError(
            .storeUnavailable, "The database can't be reached now\(text); try again shortly.", retryAfter: pause)
    }

    /// Invariant 1: nobody is told that a write failed which may have been made.
    static let unknownOutcome = AppError(
        .storeUnavailable,
        "The connection to the database was lost while a change was being committed: it may be made or not. Look before you repeat it.",
        retryAfter: pause)

    /// The server ends the session, starts or stops, or has become a standby.
    private static let endings: Set = ["57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25006", "53300"]
    /// Serialization failure, deadlock, a lock that didn't come in time, a row that another transaction just made.
    private static let collisions: Set = ["40001", "40P01", "55P03", "23505"]
    /// No such table, schema, column or function.
    private static let absences: Set = ["42P01", "3F000", "42703", "42883"]
}
