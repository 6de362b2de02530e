import ConnectorAPI
import Domain
import GRDBSQLite
import Glibc
import TenantFiles

/// A connection to a source's database, read-only in every way that SQLite knows. The file is taken for hostile:
/// https://www.sqlite.org/security.html.
///
/// Used by one thread at a time.
final class SQLiteConnection {
    let handle: OpaquePointer
    let watch: ReadWatch
    let authority = ReadAuthority()
    private let place: FilePlace
    /// What must not change while the read goes on; nil for a log that its writers share with us.
    private var held: Fingerprint?
    private let files: SourceFiles
    private let header: DatabaseHeader

    /// How a connection waits.
    struct Patience: Sendable {
        /// For a lock, in milliseconds.
        var busy: Int32 = 5_000
        /// For a row, in addition to a second for each 4 MiB of the file.
        var row = Duration.seconds(60)

        static let usual = Patience()
    }

    /// Opens the file; takes no lock yet.
    init(_ place: FilePlace, cancellation: Cancellation, clock: MonotonicClock, patience: Patience) throws {
        self.place = place
        let size = try place.currentFingerprint().size
        watch = ReadWatch(
            cancellation, clock: clock, patience: patience.row + .seconds(size >> 22))
        (handle, files, header) = try Self.open(place)
        try set(busy: patience.busy)
    }

    deinit { sqlite3_close_v2(handle) }

    func error(_ code: Int32, subject: String) -> any Error {
        SQLiteFailure.error(code, on: handle, watch: watch, subject: subject)
    }

    /// Begins the one read transaction of this connection and takes its snapshot: from here on all statements see one
    /// state of the database (https://www.sqlite.org/isolation.html).
    func begin() throws {
        try run("BEGIN")
        let before = try place.currentFingerprint()
        _ = try SQLiteStatement("SELECT 1 FROM sqlite_schema LIMIT 1", on: self, subject: Self.subject).step()
        switch files {
        case .sharedLog: held = nil
        // Nothing but a lock, taken by the statement, keeps writers off.
        case .locked: held = try place.currentFingerprint()
        case .withoutLog: held = before
        }
        if let held, !header.fits(fileSize: held.size) {
            // SQLite takes what a cut last page lacks for zeros.
            throw AppError.source(.sqliteDamaged, "the database file was cut", recovery: .fixConfig)
        }
        guard try place.currentFingerprint(of: "")?.isSameFile(as: place.fingerprint) == true, !hasMoved else {
            throw Self.changed
        }
    }

    /// Throws ``Domain/ErrorCode/sqliteChangedDuringRead`` if the snapshot is lost, or if something wrote into the file
    /// past SQLite's locks, such as a copy over it.
    func requireUnchanged() throws {
        guard sqlite3_get_autocommit(handle) == 0 else { throw Self.changed }
        guard let held else { return }
        guard try place.currentFingerprint() == held else { throw Self.changed }
        // A program that began to write while no lock told it of us moves its log into the file when it likes.
        if files == .withoutLog, let log = try place.currentFingerprint(of: "-wal"), log.size > 0 {
            throw Self.changed
        }
    }

    private static let subject = "the database"

    private static let changed = AppError.source(
        .sqliteChangedDuringRead, ErrorCode.sqliteChangedDuringRead.summary, recovery: .retry)

    /// Whether the file that is open is no longer the one under its name.
    private var hasMoved: Bool {
        var answer: Int32 = 0
        let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &answer)
        return code != SQLITE_OK || answer != 0
    }

    private func run(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, subject: Self.subject) }
    }
}

// How it is opened and set up.
extension SQLiteConnection {
    /// Modules of virtual tables that may run; all others are unknown to the connection.
    private static let modules = ["fts3", "fts4", "fts5", "rtree", "rtree_i32", "json_each", "json_tree"]

    private static let limits: [(which: Int32, most: Int32)] = [
        // The largest value that is read; a record's body holds half of it.
        (SQLITE_LIMIT_LENGTH, 16 << 20), (SQLITE_LIMIT_SQL_LENGTH, 1 << 20), (SQLITE_LIMIT_COLUMN, 2_000),
        (SQLITE_LIMIT_EXPR_DEPTH, 1_000), (SQLITE_LIMIT_COMPOUND_SELECT, 500), (SQLITE_LIMIT_VDBE_OP, 5_000_000),
        (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000), (SQLITE_LIMIT_VARIABLE_NUMBER, 8),
        (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    private static let pragmas = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA query_only = ON;
        PRAGMA mmap_size = 0;
        PRAGMA temp_store = FILE;
        PRAGMA cache_size = -8000;
        """

    private static func open(_ place: FilePlace) throws -> (OpaquePointer, SourceFiles, DatabaseHeader) {
        let handle = try open(place, query: "readonly_shm=1")
        do {
            let header = try DatabaseHeader(handle)
            let files = try SourceFiles(place, isLogged: header.isLogged)
            guard files == .withoutLog else { return (handle, files, header) }
            sqlite3_close_v2(handle)
            return (try open(place, query: "immutable=1"), files, header)
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
    }

    private static func open(_ place: FilePlace, query: String) throws -> OpaquePointer {
        guard ReadOnlyFileSystem.isRegistered else {
            throw AppError.source(.sqliteReadFailed, "this SQLite can't read files", recovery: .reportBug)
        }
        var handle: OpaquePointer?
        let flags =
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
            | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
        let uri = "file:\(escaped(place.steadyPath))?\(query)"
        let code = sqlite3_open_v2(uri, &handle, flags, ReadOnlyFileSystem.name)
        guard let handle else {
            throw AppError.source(.sqliteReadFailed, "the server lacks the memory to open it", recovery: .retry)
        }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw SQLiteFailure.error(code, on: handle, watch: nil, subject: subject)
        }
        return handle
    }

    /// Percent-encodes all but plain letters, digits and slashes (https://www.sqlite.org/uri.html).
    private static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return String(
            path.utf8.flatMap { byte -> [Character] in
                let scalar = UnicodeScalar(byte)
                let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                if isPlain || byte == UInt8(ascii: "/") { return [Character(scalar)] }
                return ["%", digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            })
    }

    private func set(busy: Int32) throws {
        for limit in Self.limits { sqlite3_limit(handle, limit.which, limit.most) }
        sqlite3_busy_timeout(handle, busy)
        try run(Self.pragmas)
        try keepModules()
        authority.install(on: handle)
        sqlite3_progress_handler(
            handle, 4_000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<ReadWatch>.fromOpaque(context).takeUnretainedValue().goesOn() ? 0 : 1
            }, Unmanaged.passUnretained(watch).toOpaque())
    }

    private func keepModules() throws {
        let names = Self.modules.map { strdup($0) }
        defer { for name in names { free(name) } }
        var kept = names.map { UnsafePointer($0) } + [nil]
        let code = sqlite3_drop_modules(handle, &kept)
        guard code == SQLITE_OK else { throw error(code, subject: Self.subject) }
    }
}
