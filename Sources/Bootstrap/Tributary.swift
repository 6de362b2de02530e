import Domain
import Glibc
import LibPQ
import Logging
import StoreAPI
import StoreSQLite
import Tokens

/// The commands that work on an installation itself: the one place that knows concrete parts.
public enum Tributary {
    /// What has to happen before the program has a second thread; called first of all.
    public static func prepareProcess() {
        LibPQEnvironment.clear()
        ProcessMemory.bound()
        // A file that may not become larger is a full disk, which a write answers: no reason to die.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Brings the database up to this program's version; answers the migrations applied.
    public static func migrate(_ settings: Settings) async throws -> [String] {
        let logger = logger(settings)
        let store = try Installation.openStore(settings, clock: .system) { logger.warning("\($0)") }
        do {
            let applied = try await store.migrate()
            try await store.close()
            return applied
        } catch {
            // The first error counts.
            try? await store.close()
            throw error
        }
    }

    /// The migrations that ``migrate(_:)`` would apply; changes nothing and makes nothing.
    public static func planMigration(_ settings: Settings) async throws -> [String] {
        let store: any Store
        switch settings.database {
        case .sqlite(let path):
            guard access(path, F_OK) == 0 else { return SQLiteStore.allMigrations }
            store = try SQLiteStore.openReadOnly(path: path, clock: .system)
        case .postgres: store = try Installation.openStore(settings, clock: .system)
        }
        let pending = try await store.pendingMigrations()
        try await store.close()
        return pending
    }

    /// Mints a token of the built-in issuer, beside a server that runs or without one. The first use of a data folder
    /// makes its database and keys.
    ///
    /// Errors: `token.invalid` for a tenant or application that no token can carry, the issuer's, the store's.
    public static func mintToken(_ settings: Settings, _ request: TokenRequest) async throws -> String {
        guard let tenant = TenantID(request.tenant) else {
            throw AppError(.tokenRequestInvalid, "A tenant is 1 to 128 of A-Z a-z 0-9 _ . : -")
        }
        let app = request.app.map(AppID.init)
        guard app != .some(nil) else {
            throw AppError(.tokenRequestInvalid, "An application is 1 to 128 of A-Z a-z 0-9 _ . : -")
        }
        let installation = try await openForToken(settings)
        let token = try installation.issuer.mint(
            tenant: tenant, subject: request.subject, app: app ?? nil, grants: GrantSet(scope: request.scope),
            ttl: request.lifetime, now: WallClock.system.now())
        try await installation.store.close()
        return token.withExposed { $0 }
    }

    /// Reads the keys where they are; where they aren't yet, no server has run here and this command makes them, unless a
    /// server is just doing so.
    private static func openForToken(_ settings: Settings) async throws -> Installation {
        try await Installation.patiently {
            if let known = try await knownInstallation(settings) { return known }
            return try await Installation.open(settings, clock: .system)
        }
    }

    /// nil where the database or its keys aren't there or are just being made. What is really broken shows when it is
    /// opened for writing.
    private static func knownInstallation(_ settings: Settings) async throws -> Installation? {
        do {
            return try await Installation.openReadOnly(settings, clock: .system)
        } catch let error as AppError
            where [ErrorCode.storeUnavailable.code, ErrorCode.storeBroken.code].contains(error.code)
        {
            return nil
        }
    }
}

extension ErrorCode {
    static let tokenRequestInvalid = ErrorCode("token.invalid", .invalid, "No token can be made of this.")
}
