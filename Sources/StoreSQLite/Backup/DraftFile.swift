import Domain
import Glibc
import StoreAPI

/// A file that is being written and not yet under its name: whoever finds the name finds the whole file.
///
/// Mode 0600 and locked, so that two processes don't write the same one; what an earlier process left is begun anew.
struct DraftFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Errors: `backup.running`, `backup.path_unusable`, `store.full`.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw AppError(.backupRunning, "Another command is writing \(path).")
        }
        guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else { throw Self.failure(path, errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Says in the database's header that it has no write-ahead log, so that it is one file wherever it is opened: bytes
    /// 18 and 19 (https://www.sqlite.org/fileformat2.html, section 1.3.3). No connection may be open.
    func markAsSingleFile() throws {
        let legacy: [UInt8] = [1, 1]
        guard pwrite(descriptor, legacy, 2, 18) == 2 else { throw Self.failure(path, errno) }
    }

    /// Makes the content durable; answers how many bytes it has.
    func sync() throws -> Int {
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        return Int(status.st_size)
    }

    /// Gives it its name, which must be free. Throws `backup.exists`.
    func publish(as name: String) throws {
        if link(path, name) != 0 {
            guard errno != EEXIST else { throw AppError(.backupExists, "\(name) is there already.") }
            // File systems without links: nothing but a name that is taken this instant can be overwritten.
            guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno), access(name, F_OK) != 0 else {
                throw Self.failure(name, errno)
            }
            guard rename(path, name) == 0 else { throw Self.failure(name, errno) }
        }
        discard()
        try Self.syncFolder(of: name)
    }

    /// Gives it its name, whatever was there.
    func replace(_ name: String) throws {
        guard rename(path, name) == 0 else { throw Self.failure(name, errno) }
        try Self.syncFolder(of: name)
    }

    /// Removes it.
    func discard() { unlink(path) }

    /// Makes the names in the folder of `path` durable.
    static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, errno) }
    }

    static func failure(_ path: String, _ reason: Int32) -> AppError {
        if [ENOSPC, EDQUOT, EFBIG].contains(reason) { return full(path) }
        return AppError(.backupPathUnusable, "\(path) can't be used: \(String(cString: strerror(reason))).")
    }

    static func full(_ path: String) -> AppError {
        AppError(.storeFull, "The disk is full, or files may not become larger: \(path) couldn't be written.")
    }
}
