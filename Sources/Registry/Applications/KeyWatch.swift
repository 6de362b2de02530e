import Domain
import StoreAPI
import Synchronization
import Tokens
import Vault

/// Ends tokens with the API keys that they were minted for.
///
/// What was found of a key counts for ``maxAge``; after that it is looked up again, so a key in use costs one read in
/// that time, not one a request. A change within this process counts at once.
final class KeyWatch: Sendable {
    /// For how long a finding is believed. A revocation by another process takes effect within this time.
    static let maxAge = Duration.seconds(30)
    static let mostKeys = 10_000

    private struct Place: Hashable {
        let application: ApplicationID
        let key: APIKeyID
    }

    private struct Finding: Sendable {
        /// What the Application may do now; nil when the key opens nothing any more.
        let grants: GrantSet?
        let foundAt: Duration
    }

    private struct State {
        var findings = BoundedCache<Place, Finding>(capacity: KeyWatch.mostKeys)
        /// How many changes there were, so that a read that began before one isn't kept after it.
        var changes = 0
    }

    private let store: any Store
    private let clock: MonotonicClock
    private let state = Mutex(State())

    init(store: any Store, clock: MonotonicClock) {
        self.store = store
        self.clock = clock
    }

    /// The caller with no more than their Application may do now; throws `auth.invalid_token` when the token's key opens
    /// nothing any more. A token that wasn't minted for a key passes as it is.
    func admit(_ caller: Caller) async throws -> Caller {
        guard let key = caller.key else { return caller }
        guard let application = caller.scope.app.flatMap({ ApplicationID($0.rawValue) }) else {
            throw AppError(.authInvalidToken)
        }
        let finding = try await finding(Place(application: application, key: key), of: caller.scope.tenant)
        guard let grants = finding.grants else { throw AppError(.authInvalidToken) }
        return caller.grants.isSubset(of: grants) ? caller : caller.limited(to: grants)
    }

    /// To be called after each committed change of an Application or of one of its keys.
    func forget(_ application: ApplicationID) {
        state.withLock { state in
            state.changes += 1
            state.findings.removeAll { $0.application == application }
        }
    }

    private func finding(_ place: Place, of tenant: TenantID) async throws -> Finding {
        let (known, changes) = state.withLock { ($0.findings.value(for: place), $0.changes) }
        let now = clock.now()
        if let known, now - known.foundAt < Self.maxAge { return known }
        let grants = try await store.read(Scope(tenant: tenant)) { transaction -> GrantSet? in
            guard let application = try transaction.applications.find(place.application), !application.isDeleted,
                let key = try transaction.apiKeys.find(place.key, of: place.application),
                key.isLive(at: transaction.now)
            else { return nil }
            return application.grants
        }
        let finding = Finding(grants: grants, foundAt: now)
        state.withLock { state in
            if state.changes == changes { state.findings.insert(finding, for: place) }
        }
        return finding
    }
}
