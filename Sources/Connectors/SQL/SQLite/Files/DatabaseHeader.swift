import ConnectorAPI
import Domain
import GRDBSQLite

/// What the first bytes of a database say (https://www.sqlite.org/fileformat2.html, 1.3); zeros of an empty file.
struct DatabaseHeader {
    private let bytes: [UInt8]

    /// Reads through SQLite's own descriptor: a second one could not be closed without losing this process's locks on
    /// the file (https://www.sqlite.org/howtocorrupt.html, 2.2).
    init(_ handle: OpaquePointer) throws {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        var bytes = [UInt8](repeating: 0, count: 20)
        guard sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &pointer) == SQLITE_OK,
            let file = pointer, let read = file.pointee.pMethods?.pointee.xRead
        else { throw AppError.source(.sqliteReadFailed, ErrorCode.sqliteReadFailed.summary, recovery: .retry) }
        // What a short file lacks reads as zeros; any other failure is met again by the first statement.
        _ = read(file, &bytes, Int32(bytes.count), 0)
        self.bytes = bytes
    }

    /// Whether the database keeps a write-ahead log.
    var isLogged: Bool { bytes[19] == 2 }

    /// Whether a file of that size consists of whole pages; of what isn't a database it can't be told.
    func fits(fileSize: Int64) -> Bool {
        let stored = Int64(bytes[16]) << 8 | Int64(bytes[17])
        let pageSize = stored == 1 ? 65_536 : stored
        return pageSize < 512 || fileSize % pageSize == 0
    }
}
