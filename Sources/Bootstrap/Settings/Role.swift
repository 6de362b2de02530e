/// What one process does.
public enum Role: String, Sendable, CaseIterable {
    /// API, workers, scheduler.
    case all
    /// API only.
    case api
    /// Workers and scheduler; over HTTP only `/health`, `/ready` and `/metrics`.
    case worker
}
