import FaultKit
import Foundation
import TestSupport

/// The disk below a store, filled up and freed by a test.
enum TightDisk {
    /// What the program writes itself, bounded in size: its database is SQLite.
    case files
    /// A small file system that a PostgreSQL server alone sees, with all of a database but its log on it.
    case server(PostgresDatabase, TemporaryFolder)

    private static let size = 96 << 20

    /// Mounts a file system at its first word, in a view of the tree that the process then has for itself, and becomes the rest.
    private static let wrapper: [String] = {
        let rights = geteuid() == 0 ? [] : ["--user", "--map-current-user", "--keep-caps"]
        let mount = "mount -t tmpfs -o mode=1777,size=\(size) tmpfs \"$0\" && exec \"$@\""
        return ["/usr/bin/unshare", "--mount"] + rights + ["/bin/sh", "-c", mount]
    }()

    /// Whether this machine lets a process mount a file system of its own.
    static let canBeMade: Bool = {
        guard let folder = try? TemporaryFolder(),
            let process = try? ChildProcess(
                wrapper + [folder.path, "/bin/true"], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
                errors: folder.path + "/errors")
        else { return false }
        return process.wait() == 0
    }()

    /// Starts a server with such a disk.
    static func ofPostgres() async throws -> TightDisk {
        let folder = try TemporaryFolder()
        // Not only its owner goes through it.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let server = try await PostgresServer.start(
            settings: ["autovacuum": "off"], through: wrapper + [folder.path])
        let maintenance = server.maintenance
        try maintenance.execute("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; mkdir \(folder.path)/space'")
        try maintenance.execute("CREATE TABLESPACE tight LOCATION '\(folder.path)/space'")
        try maintenance.execute("CREATE DATABASE tight TABLESPACE tight")
        var database = maintenance
        database.name = "tight"
        return .server(database, folder)
    }

    /// What the program is started with beyond its own.
    var settings: [String: String] {
        guard case .server(let database, _) = self else { return [:] }
        return LedgerStage.settings(storingIn: database)
    }

    /// Leaves room for so many bytes and no more.
    func fill(leaving room: Int, _ program: ServerProcess) throws {
        switch self {
        case .files:
            try program.limitFiles(to: Self.largestFile(below: program.folder.path + "/data/") + room)
        case .server(let database, let folder):
            try database.execute("VACUUM")
            // A new session makes the file that sessions begin with, which VACUUM may have removed: without it and on a full
            // disk none can be opened.
            try database.execute("SELECT 1")
            let free = "$(df --output=avail -B1 \(folder.path) | tail -n 1)"
            let write = "head -c $((\(free) - \(room))) /dev/zero >\(folder.path)/filler"
            try database.server.maintenance.execute("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; \(write)'")
        }
    }

    /// Takes that back.
    func makeRoom(_ program: ServerProcess) throws {
        switch self {
        case .files:
            // A limit goes with its process.
            if program.process != nil { try program.limitFiles(to: nil) }
        case .server(let database, let folder):
            let remove = "rm \(folder.path)/filler"
            try database.server.maintenance.execute("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; \(remove)'")
        }
    }

    private static func largestFile(below folder: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) { largest, name in
            max(largest, try FileManager.default.attributesOfItem(atPath: folder + name)[.size] as? Int ?? 0)
        }
    }
}
