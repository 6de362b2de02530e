import Synchronization

/// Authenticators by what they are made of, so that all streams of a run with the same settings share one: they ask for a token
/// once, and count calls together.
final class SharedAuthenticators<Settings: Hashable & Sendable, Made: Sendable>: Sendable {
    private let known = Mutex<[Settings: Made]>([:])

    /// The one for these settings, made when it is first asked for.
    func value(for settings: Settings, _ make: () throws -> Made) rethrows -> Made {
        try known.withLock { known in
            if let value = known[settings] { return value }
            let value = try make()
            known[settings] = value
            return value
        }
    }
}
