import Domain
import Glibc
import StoreAPI
import StoreSQLite
import Vault

extension Tributary {
    /// The master key without which the secrets of a database can't be opened.
    public struct NeededKey: Sendable {
        /// Its id; nil where the database has no secret yet.
        public var id: String?
        /// The key file that holds it; nil where the master keys come from a setting.
        public var file: String?
        /// Whether it is there now.
        public var isThere: Bool
    }

    /// What a backup made.
    public struct BackupReport: Sendable {
        /// The size of its file.
        public var bytes: Int
        /// What must be kept apart from it.
        public var key: NeededKey
    }

    /// What a restore did.
    public struct RestoreReport: Sendable {
        /// Where the database is kept that was there before; nil where none was.
        public var kept: String?
        /// What the server will need.
        public var key: NeededKey
    }

    /// Copies the database to the new file `file`, beside a server that runs or without one, and the key file to the new
    /// file `keyFile` where that is given.
    ///
    /// Errors: `backup.needs_sqlite`; the store's of a backup; the key file's.
    public static func backup(_ settings: Settings, to file: String, keyFile: String?) async throws -> BackupReport {
        let path = try sqlitePath(settings)
        if let keyFile {
            guard let folder = settings.database.folder, settings.masterKeys == nil else {
                throw AppError(.settingsInvalid, "There is no key file: TRIBUTARY_MASTER_KEYS holds the master keys.")
            }
            try KeyFile(path: folder + "/" + Installation.keyFileName).copy(to: keyFile)
        }
        let bytes: Int
        do {
            bytes = try await SQLiteBackup.write(path, to: file)
        } catch {
            if let keyFile { unlink(keyFile) }
            throw error
        }
        return BackupReport(bytes: bytes, key: try await neededKey(settings, of: file))
    }

    /// Puts the database of the backup `file` into the data folder; no server may have it.
    ///
    /// Errors: `backup.needs_sqlite`; the store's of a restore.
    public static func restore(
        _ settings: Settings, from file: String, isReplacing: Bool
    ) async throws -> RestoreReport {
        let path = try sqlitePath(settings)
        let restored = try await SQLiteBackup.restore(file, to: path, isReplacing: isReplacing, clock: .system)
        return RestoreReport(kept: restored.kept, key: try await neededKey(settings, of: path))
    }

    private static func sqlitePath(_ settings: Settings) throws -> String {
        guard case .sqlite(let path) = settings.database else { throw AppError(.backupNeedsSQLite) }
        return path
    }

    private static func neededKey(_ settings: Settings, of database: String) async throws -> NeededKey {
        let store = try SQLiteStore.openReadOnly(path: database, clock: .system)
        let id = try await Vault.masterKeyInUse(in: store)
        try await store.close()
        if let setting = settings.masterKeys {
            let keys = try MasterKeys(setting: setting)
            return NeededKey(id: id, file: nil, isThere: id.map(keys.ids.contains) ?? true)
        }
        let path = (settings.database.folder ?? ".") + "/" + Installation.keyFileName
        // A key file that can't be read is as good as none here: the server says at its start what is wrong with it.
        let keys = try? KeyFile(path: path).load()
        return NeededKey(id: id, file: path, isThere: id.map { keys?.ids.contains($0) ?? false } ?? true)
    }
}

extension ErrorCode {
    static let backupNeedsSQLite = ErrorCode(
        "backup.needs_sqlite", .invalid,
        "backup and restore are for SQLite; PostgreSQL has tools of its own: see docs/operations/backup.md.")
}
