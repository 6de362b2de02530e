import GRDBSQLite
import Glibc
import TenantFiles

/// The file system that SQLite sees for a source's database: it can read, and can't create, write or delete anything
/// beside the database (https://www.sqlite.org/vfs.html).
///
/// Without it a read-only connection would still leave a `-wal` and a `-shm` file of the server's own user behind,
/// which could keep the database's own program from writing. It is SQLite's `unix` file system but for three
/// operations: names are used as they are given, so that the kernel follows the links of
/// ``TenantFiles/FilePlace/steadyPath`` and none else; files are opened read-only; nothing is deleted. Temporary files
/// are SQLite's usual ones, but bounded.
enum ReadOnlyFileSystem {
    static let name = "tributary-source"

    /// False where SQLite has no `unix` file system.
    static let isRegistered: Bool = {
        guard let base = sqlite3_vfs_find("unix"), let label = strdup(name) else { return false }
        // SQLite keeps the pointer for as long as the process lives.
        let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        system.initialize(to: base.pointee)
        system.pointee.pNext = nil
        system.pointee.zName = UnsafePointer(label)
        system.pointee.xOpen = { _, name, file, flags, given in
            ReadOnlyFileSystem.open(name, file, flags, given)
        }
        system.pointee.xDelete = { _, _, _ in SQLITE_READONLY }
        system.pointee.xFullPathname = { _, name, room, target in
            guard let name, let target, strlen(name) < Int(room) else { return SQLITE_CANTOPEN }
            strcpy(target, name)
            return SQLITE_OK
        }
        return sqlite3_vfs_register(system, 0) == SQLITE_OK
    }()

    private static let temporaryKinds =
        SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL

    private static func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ given: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let base = sqlite3_vfs_find("unix"), let open = base.pointee.xOpen else { return SQLITE_CANTOPEN }
        if flags & temporaryKinds != 0 {
            // A temporary file with a name would be one beside the database.
            guard name == nil else { return SQLITE_CANTOPEN }
            let code = open(base, nil, file, flags, given)
            return code == SQLITE_OK ? TemporaryFileLimit.apply(to: file) : code
        }
        var status = stat()
        guard let name, lstat(name, &status) == 0, status.isRegularFile else { return SQLITE_CANTOPEN }
        let writing = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE | SQLITE_OPEN_EXCLUSIVE
        return open(base, name, file, flags & ~writing | SQLITE_OPEN_READONLY, given)
    }
}
