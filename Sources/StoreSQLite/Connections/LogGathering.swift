import CSQLite
import GRDBSQLite
import Glibc

/// The file system of the store's database: SQLite's `unix` one (https://www.sqlite.org/vfs.html), which gathers what is
/// written to the write-ahead log.
///
/// SQLite writes a page to the log by two calls, of 24 bytes and of the page. Where many pages change, the calls cost more
/// than what they write. Here up to ``LogGathering/room`` bytes go out at once, in the order in which SQLite wrote them.
enum GatheringFileSystem {
    /// Whether connections opened from now on use it; false where SQLite has no `unix` file system.
    static let isDefault: Bool = {
        guard let base = sqlite3_vfs_find("unix"), let label = strdup("tributary-store") else { return false }
        // SQLite keeps the pointer for as long as the process lives.
        let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        system.initialize(to: base.pointee)
        system.pointee.pNext = nil
        system.pointee.zName = UnsafePointer(label)
        system.pointee.szOsFile = Int32(LogGathering.place(in: base) + MemoryLayout<LogGathering>.size)
        system.pointee.xOpen = { _, name, file, flags, given in
            guard let base = sqlite3_vfs_find("unix"), let file, let open = base.pointee.xOpen else {
                return SQLITE_CANTOPEN
            }
            let code = open(base, name, file, flags, given)
            if code == SQLITE_OK, flags & SQLITE_OPEN_WAL != 0 { LogGathering.begin(file, base) }
            return code
        }
        return sqlite3_vfs_register(system, 1) == SQLITE_OK
    }()
}

/// What was written to one open log and not yet handed to the operating system.
///
/// Only frames of a transaction that goes on are held back, which nobody but its own connection reads
/// (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): all are written before the frame that commits them, and
/// before the connection reads, syncs, cuts or closes the log.
struct LogGathering {
    /// 16 frames of 4,096-byte pages.
    static let room = 16 * (frameHeader + 4_096)
    private static let frameHeader = 24

    /// SQLite's table of the file's operations, some of which come here first.
    private var operations: sqlite3_io_methods
    private let original: UnsafePointer<sqlite3_io_methods>
    private var held: UnsafeMutableRawPointer?
    private var count = 0
    /// Where in the log the first byte belongs.
    private var start: Int64 = 0
    /// Whether the newest frame is followed by others of its transaction.
    private var gathers = false

    private init(_ original: UnsafePointer<sqlite3_io_methods>) {
        self.original = original
        operations = original.pointee
        operations.xWrite = { file, bytes, count, offset in
            LogGathering.of(file) { $0.write($1, bytes, Int(count), offset) }
        }
        operations.xRead = { file, bytes, count, offset in
            LogGathering.of(file) { $0.flush($1) ?? $0.original.pointee.xRead?($1, bytes, count, offset) }
        }
        operations.xTruncate = { file, size in
            LogGathering.of(file) { $0.flush($1) ?? $0.original.pointee.xTruncate?($1, size) }
        }
        operations.xSync = { file, flags in
            LogGathering.of(file) { $0.flush($1) ?? $0.original.pointee.xSync?($1, flags) }
        }
        operations.xFileSize = { file, size in
            LogGathering.of(file) { $0.flush($1) ?? $0.original.pointee.xFileSize?($1, size) }
        }
        operations.xClose = { file in LogGathering.of(file) { $0.close($1) } }
    }

    /// Behind SQLite's own part of an open file.
    static func place(in base: UnsafePointer<sqlite3_vfs>) -> Int {
        let alignment = MemoryLayout<LogGathering>.alignment
        return (Int(base.pointee.szOsFile) + alignment - 1) / alignment * alignment
    }

    static func begin(_ file: UnsafeMutablePointer<sqlite3_file>, _ base: UnsafePointer<sqlite3_vfs>) {
        guard let original = file.pointee.pMethods else { return }
        let gathering = (UnsafeMutableRawPointer(file) + place(in: base)).bindMemory(to: LogGathering.self, capacity: 1)
        gathering.initialize(to: LogGathering(original))
        // `operations` comes first, so that SQLite takes the whole for a table of its own.
        file.pointee.pMethods = UnsafeRawPointer(gathering).assumingMemoryBound(to: sqlite3_io_methods.self)
    }

    /// An operation that SQLite asks of a file, which ``begin(_:_:)`` gave its table.
    private static func of(
        _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ operation: (inout LogGathering, UnsafeMutablePointer<sqlite3_file>) -> Int32?
    ) -> Int32 {
        guard let file, let methods = file.pointee.pMethods else { return SQLITE_MISUSE }
        let gathering = UnsafeMutableRawPointer(mutating: methods).assumingMemoryBound(to: LogGathering.self)
        return operation(&gathering.pointee, file) ?? SQLITE_MISUSE
    }

    private mutating func write(
        _ file: UnsafeMutablePointer<sqlite3_file>, _ bytes: UnsafeRawPointer?, _ size: Int, _ offset: Int64
    ) -> Int32? {
        guard let bytes else { return SQLITE_MISUSE }
        // Bytes 4 to 7 of a frame's header are 0 unless it commits.
        if size == Self.frameHeader { gathers = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self) == 0 }
        if offset != start + Int64(count) || count + size > Self.room || !gathers {
            if let failure = flush(file) { return failure }
            start = offset
        }
        if held == nil { held = malloc(Self.room) }
        guard gathers, size <= Self.room, let held else {
            return original.pointee.xWrite?(file, bytes, Int32(size), offset)
        }
        (held + count).copyMemory(from: bytes, byteCount: size)
        count += size
        return SQLITE_OK
    }

    private mutating func close(_ file: UnsafeMutablePointer<sqlite3_file>) -> Int32? {
        // What is left belongs to a transaction that was never committed.
        count = 0
        free(held)
        held = nil
        return original.pointee.xClose?(file)
    }

    /// Writes what is held; nil unless that fails. Whatever comes of it, nothing is held afterwards: SQLite takes back a transaction
    /// that couldn't be written, and what it writes next may belong to the same place.
    private mutating func flush(_ file: UnsafeMutablePointer<sqlite3_file>) -> Int32? {
        guard count > 0, let held else { return nil }
        let size = count
        count = 0
        let code = original.pointee.xWrite?(file, held, Int32(size), start) ?? SQLITE_MISUSE
        return code == SQLITE_OK ? nil : code
    }
}
