import GRDBSQLite
import Synchronization

/// Bounds how much a temporary file of SQLite's (a sort, a view's intermediate result) may hold, so that a hostile view
/// can't fill the server's disk.
enum TemporaryFileLimit {
    /// A write past this many bytes fails with `SQLITE_FULL`.
    static let mostBytes: Int64 = 4 << 30

    /// SQLite's table of a file's operations with ours for writing, and the table that it was made from.
    private struct Operations {
        /// First, so that SQLite takes the whole for a table of its own.
        var bounded: sqlite3_io_methods
        var original: UnsafePointer<sqlite3_io_methods>
    }

    /// The tables made so far, by the address of their original: there is one original, or a few.
    private static let made = Mutex<[UInt: UInt]>([:])

    /// Puts the limit on a file that was just opened.
    static func apply(to file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        guard let file, let original = file.pointee.pMethods else { return SQLITE_CANTOPEN }
        let address = made.withLock { made in
            let key = UInt(bitPattern: original)
            if let known = made[key] { return known }
            // Never freed: files that are open point to it.
            let table = UnsafeMutablePointer<Operations>.allocate(capacity: 1)
            table.initialize(to: Operations(bounded: original.pointee, original: original))
            table.pointee.bounded.xWrite = { file, bytes, count, offset in
                TemporaryFileLimit.write(file, bytes, count, offset)
            }
            made[key] = UInt(bitPattern: table)
            return UInt(bitPattern: table)
        }
        file.pointee.pMethods = UnsafePointer(bitPattern: address)
        return SQLITE_OK
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard offset <= mostBytes - Int64(count) else { return SQLITE_FULL }
        guard let file, let methods = file.pointee.pMethods else { return SQLITE_MISUSE }
        let table = UnsafeRawPointer(methods).assumingMemoryBound(to: Operations.self)
        return table.pointee.original.pointee.xWrite?(file, bytes, count, offset) ?? SQLITE_MISUSE
    }
}
