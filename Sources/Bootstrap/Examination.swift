import BundledConnectors
import ConnectorAPI
import Domain
import Glibc
import StoreAPI
import StoreSQLite
import Vault

extension Tributary {
    /// The doctor's look at an installation: changes nothing, makes nothing, and says what to do about what is wrong.
    public static func examine(_ settings: Settings) async -> [Finding] {
        var findings: [Finding] = []
        if let folder = settings.database.folder {
            findings += [dataFolder(folder), disk(folder)]
            if settings.masterKeys == nil {
                findings.append(keyFile(folder, keyInUse: await masterKeyInUse(settings)))
            }
        }
        findings.append(await database(settings))
        if let root = settings.filesRoot { findings.append(filesRoot(root)) }
        findings += BundledConnectors.problems(surroundings: surroundings(settings)).map {
            Finding(name: "connectors", isOK: false, detail: $0, hint: "report it: the program is to blame")
        }
        if let folder = settings.connectorsDir { findings += connectorsDir(folder, settings) }
        return findings
    }

    private static func dataFolder(_ path: String) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return Finding(
                name: "data folder", isOK: true, detail: "\(path) isn't there yet; the first start makes it")
        }
        let mode = status.st_mode & 0o777
        return Finding(
            name: "data folder", isOK: mode & 0o077 == 0 && access(path, W_OK) == 0,
            detail: "\(path), mode \(String(mode, radix: 8))",
            hint: "give it to the user that runs Tributary: chown, then chmod 700 \(path)")
    }

    private static func disk(_ path: String) -> Finding {
        var status = statvfs()
        guard statvfs(path, &status) == 0 || statvfs(".", &status) == 0 else {
            return Finding(name: "free disk", isOK: false, detail: "can't be told", hint: "look at the disk of \(path)")
        }
        let megabytes = (Int(status.f_bavail) * Int(status.f_frsize)) >> 20
        return Finding(
            name: "free disk", isOK: megabytes >= 256, detail: "\(megabytes) MiB",
            hint: "make room: writes are refused with 507 when the disk is full")
    }

    /// The master key that the database needs; nil too where the database can't tell, which is a finding of its own.
    private static func masterKeyInUse(_ settings: Settings) async -> String? {
        guard case .sqlite(let path) = settings.database, access(path, F_OK) == 0 else { return nil }
        do {
            let store = try SQLiteStore.openReadOnly(path: path, clock: .system)
            let key = try await Vault.masterKeyInUse(in: store)
            try await store.close()
            return key
        } catch {
            return nil
        }
    }

    private static func keyFile(_ folder: String, keyInUse: String?) -> Finding {
        let path = folder + "/" + Installation.keyFileName
        do {
            guard let keys = try KeyFile(path: path).load() else {
                if let keyInUse {
                    return Finding(
                        name: "key file", isOK: false,
                        detail: "\(path) is missing, and the database needs its master key \(keyInUse)",
                        hint: "restore it from its backup; without it the secrets are lost")
                }
                return Finding(
                    name: "key file", isOK: true, detail: "\(path) isn't there yet; the first start makes it")
            }
            return Finding(name: "key file", isOK: true, detail: "\(path), \(keys.ids.count) key(s); back it up apart")
        } catch {
            return failure("key file", error, hint: "chmod 600 \(path), or restore it from its backup")
        }
    }

    private static func database(_ settings: Settings) async -> Finding {
        guard case .sqlite(let path) = settings.database else { return await postgres(settings) }
        guard access(path, F_OK) == 0 else {
            return Finding(name: "database", isOK: true, detail: "\(path) isn't there yet; the first start makes it")
        }
        do {
            let store = try SQLiteStore.openReadOnly(path: path, clock: .system)
            _ = try await Vault.masterKeyInUse(in: store)
            try await store.close()
            return Finding(name: "database", isOK: true, detail: "\(path) opens, and its schema is known")
        } catch {
            return failure("database", error, hint: "see docs/operations/running.md")
        }
    }

    private static func postgres(_ settings: Settings) async -> Finding {
        do {
            let pending = try await planMigration(settings)
            return Finding(
                name: "database", isOK: true,
                detail: pending.isEmpty
                    ? "PostgreSQL answers, and its schema is known"
                    : "PostgreSQL answers; the next start applies \(pending.joined(separator: ", "))")
        } catch {
            return failure("database", error, hint: "see docs/operations/postgresql.md")
        }
    }

    private static func filesRoot(_ path: String) -> Finding {
        Finding(
            name: "files root", isOK: access(path, R_OK | X_OK) == 0, detail: path,
            hint: "make the folder, with one folder a tenant in it, readable for the user that runs Tributary")
    }

    private static func connectorsDir(_ path: String, _ settings: Settings) -> [Finding] {
        let (catalog, problems) = catalogAndProblems(settings)
        guard problems.isEmpty else {
            return problems.map {
                Finding(
                    name: "connectors", isOK: false, detail: $0,
                    hint: "try it: tributary connector spec --manifest FILE")
            }
        }
        let own = catalog.descriptors.map(\.type).filter { catalog.manifest($0) != nil }
        return [
            Finding(
                name: "connectors", isOK: true,
                detail: "\(path): " + (own.isEmpty ? "none" : own.joined(separator: ", ")))
        ]
    }

    private static func failure(_ name: String, _ error: any Error, hint: String) -> Finding {
        let known = error as? AppError
        return Finding(
            name: name, isOK: false, detail: known.map { "\($0.message) (\($0.code))" } ?? "\(type(of: error))",
            hint: hint)
    }
}
