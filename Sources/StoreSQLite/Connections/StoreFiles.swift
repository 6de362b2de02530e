import Domain
import Glibc
import StoreAPI
import Synchronization

/// The database's folder and files, and the lock that keeps a second process out.
///
/// Invariant 6: files are 0600, a folder made here is 0700; SQLite gives its `-wal` and `-shm` files the mode of the database.
final class StoreFiles: Sendable {
    private let lock: FolderLock

    /// Takes the lock and makes what is missing. Throws `store.locked`.
    init(path: String) throws {
        lock = try FolderLock(path: path)
        try Replacement.finish(path)
        // Closed before SQLite opens it: closing any handle of a file drops all POSIX locks on it.
        Glibc.close(try FolderLock.openPrivately(path))
        for ending in ["-wal", "-shm"] { chmod(path + ending, 0o600) }
    }

    /// Lets another process in; once every connection is closed.
    func unlock() { lock.release() }
}

/// The right to write what lies in a database's folder, for one process at a time. Given back with the object.
final class FolderLock: Sendable {
    private let lock: Mutex<Int32?>

    /// Makes the folder of the database at `path` and takes its lock. Throws `store.locked`.
    init(path: String) throws {
        try Self.makeFolder(of: path)
        lock = Mutex(try Self.takeLock(path + ".lock"))
    }

    deinit { release() }

    /// Lets another process in.
    func release() {
        lock.withLock { file in
            guard let held = file else { return }
            file = nil
            // Unlocked, not only closed: a child that is just being started holds a copy of the handle until it execs.
            flock(held, LOCK_UN)
            Glibc.close(held)
        }
    }

    private static func takeLock(_ path: String) throws -> Int32 {
        let file = try openPrivately(path)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            Glibc.close(file)
            guard reason == EWOULDBLOCK else { throw failure(reason) }
            throw AppError(
                .storeLocked,
                "Another Tributary process holds the data folder (\(path)). Stop it, or give this one a folder of its own."
            )
        }
        return file
    }

    static func openPrivately(_ path: String) throws -> Int32 {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(errno) }
        guard fchmod(file, 0o600) == 0 else {
            let reason = errno
            Glibc.close(file)
            throw failure(reason)
        }
        return file
    }

    /// Parents too, as `mkdir -p`.
    private static func makeFolder(of path: String) throws {
        guard let end = path.lastIndex(of: "/"), end != path.startIndex else { return }
        let folder = String(path[..<end])
        if access(folder, F_OK) == 0 { return }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(errno) }
    }

    private static func failure(_ reason: Int32) -> AppError {
        if reason == ENOSPC || reason == EDQUOT { return AppError(.storeFull) }
        return AppError(.storeUnavailable, "The data folder can't be used: \(String(cString: strerror(reason))).")
    }
}
