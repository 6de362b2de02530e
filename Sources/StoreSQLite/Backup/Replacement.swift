import Domain
import Glibc

/// The moment at which a restored database takes the place of another. From the rename to `….restored` on, a process that
/// dies leaves work that whoever opens the folder next finishes: there is never a part of one database beside a part of
/// another, such as a write-ahead log beside a database that it doesn't belong to.
enum Replacement {
    /// The database that is being made.
    static func draft(of path: String) -> String { path + ".restoring" }

    /// The database that is whole and takes over.
    static func ready(of path: String) -> String { path + ".restored" }

    /// Puts a database that is ready into its place; what was there is kept under another name, which is answered. Does
    /// nothing where none is ready. The folder's lock must be held.
    @discardableResult
    static func finish(_ path: String) throws -> String? {
        guard access(ready(of: path), F_OK) == 0 else { return nil }
        let kept = keptName(of: path)
        // The log first: as long as the database has its name, a later attempt finds the same name to keep it under.
        try move(path + "-wal", to: kept + "-wal")
        let hadDatabase = try move(path, to: kept)
        unlink(path + "-shm")
        try DraftFile.syncFolder(of: path)
        try move(ready(of: path), to: path)
        try DraftFile.syncFolder(of: path)
        return hadDatabase ? kept : nil
    }

    private static func keptName(of path: String) -> String {
        var number = 1
        while access("\(path).replaced-\(number)", F_OK) == 0 { number += 1 }
        return "\(path).replaced-\(number)"
    }

    /// False where there is nothing to move.
    @discardableResult
    private static func move(_ path: String, to name: String) throws -> Bool {
        guard rename(path, name) == 0 else {
            guard errno == ENOENT else { throw DraftFile.failure(path, errno) }
            return false
        }
        return true
    }
}
