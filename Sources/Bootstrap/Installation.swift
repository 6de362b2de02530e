import Domain
import Foundation
import HTTPAPI
import StoreAPI
import StorePostgres
import StoreSQLite
import Tokens
import Vault

/// The parts that hold an installation's truth: its database, its keys, its token issuer.
struct Installation: Sendable {
    let store: any Store
    let vault: Vault
    let issuer: BuiltInIssuer
    let verifier: TokenVerifier
    /// What an operator should know of the settings, one sentence each.
    let warnings: [String]

    /// Opens the database, migrates it, opens or makes the keys. Without `keySets` issuers by URL have no keys.
    ///
    /// Errors: the store's, the vault's, the issuers', `settings.invalid` for PostgreSQL without master keys.
    static func open(
        _ settings: Settings, clock: WallClock, keySets: KeySetFetching? = nil, meters: ServerMeters = ServerMeters(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Installation {
        let store = try openStore(settings, clock: clock, meters: meters.store, log: log)
        do {
            _ = try await store.migrate()
            return try await over(store, settings, keySets, meters.tokens)
        } catch {
            // The first error counts; the process ends anyway.
            try? await store.close()
            throw error
        }
    }

    /// The same without a lock, for a command beside a server that runs: reads only. Throws when the database isn't there
    /// yet or was never served.
    static func openReadOnly(_ settings: Settings, clock: WallClock) async throws -> Installation {
        let store: any Store
        switch settings.database {
        case .sqlite(let path): store = try SQLiteStore.openReadOnly(path: path, clock: clock)
        case .postgres(let url):
            store = try openPostgres(url, settings, isServing: false)
            guard try await store.pendingMigrations().isEmpty else { throw AppError(.storeUnavailable) }
        }
        return try await over(store, settings)
    }

    /// Tries again for a second while another process holds the folder: a command that makes the first keys, a server
    /// that is just stopping.
    static func patiently(_ open: () async throws -> Installation) async throws -> Installation {
        for _ in 0..<20 {
            do {
                return try await open()
            } catch let error as AppError where error.code == ErrorCode.storeLocked.code {
                try await MonotonicClock.system.sleep(.milliseconds(50))
            }
        }
        return try await open()
    }

    /// PostgreSQL tells the time itself; `clock` is for SQLite.
    static func openStore(
        _ settings: Settings, clock: WallClock, meters: StoreMeters = StoreMeters(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> any Store {
        switch settings.database {
        case .sqlite(let path):
            try SQLiteStore(
                path: path, clock: clock, nearReaders: 2 * ProcessInfo.processInfo.activeProcessorCount,
                sourceText: .answers, meters: meters)
        case .postgres(let url):
            try openPostgres(url, settings, isServing: true, meters: meters, log: log)
        }
    }

    /// Every lane of a worker may wait for the database at once, beside requests.
    private static func openPostgres(
        _ url: Secret<String>, _ settings: Settings, isServing: Bool, meters: StoreMeters = StoreMeters(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> PostgresStore {
        do {
            let location = try PostgresLocation(url: url) { path in
                // One that can't be read is told by what follows from it.
                try? String(contentsOfFile: path, encoding: .utf8)
            }
            return PostgresStore(
                location, clock: .system, lease: settings.lease,
                readers: 4, writers: 4 + min(settings.workers, 28), listens: isServing, sourceText: .answers,
                meters: meters, log: log)
        } catch {
            throw AppError(.settingsInvalid, "\(Setting.databaseURL.variable) is wrong: \(error.reason).")
        }
    }

    private static func over(
        _ store: any Store, _ settings: Settings, _ keySets: KeySetFetching? = nil,
        _ meters: TokenMeters = TokenMeters()
    ) async throws -> Installation {
        let vault = Vault(masterKeys: try await masterKeys(settings, store))
        try await vault.prepare(in: store)
        let issuer = try await BuiltInIssuer(store: store, vault: vault)
        let configured = try settings.jwtIssuers.map { try IssuerSettings(setting: $0, fetching: keySets) }
        return Installation(
            store: store, vault: vault, issuer: issuer,
            verifier: TokenVerifier(issuers: [issuer.issuer] + (configured?.issuers ?? []), meters: meters),
            warnings: try configured.map { $0.warnings + (try $0.urlWarnings()) } ?? [])
    }

    private static func masterKeys(_ settings: Settings, _ store: any Store) async throws -> MasterKeys {
        if let setting = settings.masterKeys { return try MasterKeys(setting: setting) }
        guard let folder = settings.database.folder else {
            throw AppError(.settingsInvalid, "TRIBUTARY_MASTER_KEYS is required with PostgreSQL.")
        }
        return try KeyFile(path: folder + "/" + keyFileName)
            .loadOrCreate(masterKeyInUse: try await Vault.masterKeyInUse(in: store))
    }

    /// The key file, beside the SQLite database.
    static let keyFileName = "master.keys"
}
