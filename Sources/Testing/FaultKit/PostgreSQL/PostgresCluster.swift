import Foundation
import TestSupport

/// The files of one PostgreSQL server, and what can be told from them about it.
struct PostgresCluster: Sendable {
    static let user = "postgres"
    static let password = "tributary-test"

    let folder: TemporaryFolder
    private let programs: String

    private var data: String { folder.path + "/data" }

    /// PostgreSQL refuses to run as root: then it runs as the system user that Debian's package makes.
    private static let isRoot = geteuid() == 0
    private static let dropping =
        isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []

    /// Finds the newest PostgreSQL that is installed, and makes a folder for it.
    init() throws {
        programs = try Self.newestPrograms()
        folder = try TemporaryFolder()
    }

    /// Makes an empty cluster in the folder.
    func initialize(trusts: Bool) throws {
        try (Self.password + "\n").write(toFile: folder.path + "/password", atomically: false, encoding: .utf8)
        try handOver()
        try run(
            Self.dropping + [
                programs + "/initdb", "--no-sync", "--pgdata", data, "--username", Self.user,
                "--pwfile", folder.path + "/password", "--auth", trusts ? "trust" : "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C.UTF-8",
            ])
    }

    /// Makes the folder a copy of a server's cluster that follows it.
    func copy(fromPort port: Int) throws {
        try handOver()
        try run(
            Self.dropping + [
                programs + "/pg_basebackup", "--pgdata", data, "--host", "127.0.0.1", "--port", String(port),
                "--username", Self.user, "--no-password", "--checkpoint", "fast", "--wal-method", "stream", "--no-sync",
                "--write-recovery-conf",
            ])
    }

    private static func newestPrograms() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = try FileManager.default.contentsOfDirectory(atPath: root).compactMap { Int($0) }
        let newest = versions.sorted(by: >).map { "\(root)/\($0)/bin" }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
        guard let newest else { throw FaultKitFailure("PostgreSQL isn't installed below \(root)") }
        return newest
    }

    /// The command that becomes the postmaster.
    var command: [String] { Self.dropping + [programs + "/postgres", "-D", data] }

    func configure(port: Int, tls: Bool, settings: [String: String]) throws {
        var lines = [
            "port": "\(port)", "listen_addresses": "'127.0.0.1'", "unix_socket_directories": "'\(folder.path)'",
            "fsync": "off", "full_page_writes": "off", "max_connections": "300", "shared_buffers": "'32MB'",
            "log_line_prefix": "'%m [%p] '",
        ]
        if tls {
            lines["ssl"] = "on"
            lines["ssl_cert_file"] = "'\(folder.path)/server.crt'"
            lines["ssl_key_file"] = "'\(folder.path)/server.key'"
        }
        let text = lines.merging(settings) { $1 }.map { "\($0.key) = \($0.value)\n" }.sorted().joined()
        try text.write(toFile: folder.path + "/settings.conf", atomically: false, encoding: .utf8)
        try "include '\(folder.path)/settings.conf'\n"
            .write(toFile: data + "/postgresql.conf", atomically: false, encoding: .utf8)
    }

    /// An authority of its own and a certificate for `localhost` by it; answers the authority's file.
    func makeCertificates() throws -> String {
        func openssl(_ words: String) throws {
            let arguments = words.replacing("@", with: folder.path).split(separator: " ").map { String($0) }
            try run(["/usr/bin/openssl"] + arguments)
        }
        try "subjectAltName = DNS:localhost\n"
            .write(toFile: folder.path + "/names.cnf", atomically: false, encoding: .utf8)
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        try openssl("req -x509 \(key) -keyout @/authority.key -out @/authority.crt -days 2 -subj /CN=Test-Authority")
        try openssl("req \(key) -keyout @/server.key -out @/server.csr -subj /CN=localhost")
        try openssl(
            "x509 -req -in @/server.csr -CA @/authority.crt -CAkey @/authority.key -CAcreateserial"
                + " -out @/server.crt -days 2 -extfile @/names.cnf")
        return folder.path + "/authority.crt"
    }

    /// Gives the whole folder to the user that the server runs as.
    func handOver() throws {
        guard Self.isRoot else { return }
        try run(["/bin/chown", "-R", "postgres:postgres", folder.path])
    }

    private func run(_ command: [String]) throws {
        let process = try ChildProcess(
            command, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGPASSWORD": Self.password],
            errors: folder.path + "/tools.log")
        _ = process.readAll()
        guard process.wait() == 0 else {
            let log = Self.text(of: folder.path + "/tools.log")
            throw FaultKitFailure("\(command.joined(separator: " ")) failed: \(log)")
        }
    }

    /// Whether the postmaster with this id takes connections: it says so in the eighth line of postmaster.pid
    /// (PostgreSQL's src/include/utils/pidfile.h).
    func isReady(_ id: Int32) -> Bool {
        let lines = Self.text(of: data + "/postmaster.pid").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count >= 8 && lines[0] == String(id) && lines[7].hasPrefix("ready")
    }

    /// Whether a process is gone, or only waits to be reaped.
    func hasEnded(_ id: Int32) -> Bool {
        let state = Self.status(of: id)?.first
        return state == nil || state == "Z" || state == "X"
    }

    /// The processes that this one started.
    func children(of id: Int32) -> [Int32] {
        // Without /proc there are none to be found.
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { process in
            Self.status(of: process)?.split(separator: " ").dropFirst().first == Substring(String(id))
        }
    }

    /// What stands behind the name in `/proc/<id>/stat`: state, parent and so on (proc(5)).
    private static func status(of id: Int32) -> Substring? {
        let text = text(of: "/proc/\(id)/stat")
        return text.lastIndex(of: ")").map { text[$0...].dropFirst(2) }
    }

    var log: String { Self.text(of: folder.path + "/log") }

    var logEnd: String { log.split(separator: "\n").suffix(12).joined(separator: "\n") }

    private static func text(of path: String) -> String {
        // What isn't there yet, or not any more, says nothing.
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
