import FaultKit
import Foundation
import TestSupport
import Testing

/// A real PostgreSQL for tests.
@Suite(.ownThreads) struct PostgresServerTests {
    @Test("every test has a database of its own on the shared server")
    func databases() async throws {
        let server = try await PostgresServer.shared()
        let one = try server.database()
        let two = try server.database()
        try one.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (null)")
        try two.execute("CREATE TABLE t (a int)")
        #expect(try one.rows("SELECT a FROM t ORDER BY a") == [["1"], [nil]])
        #expect(try two.rows("SELECT a FROM t").isEmpty)
        #expect(try await PostgresServer.shared() === server)
        let encoding = try one.rows("SELECT current_setting('server_encoding'), datcollate FROM pg_database LIMIT 1")
        #expect(encoding == [["UTF8", "C.UTF-8"]])
    }

    @Test("the password counts, and a failure has its SQLSTATE")
    func failures() async throws {
        var database = try await PostgresServer.shared().database()
        let failure = #expect(throws: PostgresFailure.self) { try database.execute("SELECT 1 FROM nosuch") }
        #expect(failure?.state == "42P01")
        database.password = "wrong"
        let refused = #expect(throws: PostgresFailure.self) { try database.session() }
        #expect(refused?.message.contains("password authentication failed") == true)
    }

    @Test("several transactions are open at once and commit in the order that a test chooses")
    func sessions() async throws {
        let database = try await PostgresServer.shared().database()
        try database.execute("CREATE TABLE t (a int)")
        let early = try database.session()
        let late = try database.session()
        try early.execute("BEGIN; INSERT INTO t VALUES (1)")
        try late.execute("BEGIN; INSERT INTO t VALUES (2)")
        try late.execute("COMMIT")
        #expect(try database.rows("SELECT a FROM t") == [["2"]])
        try early.execute("COMMIT")
        #expect(try database.rows("SELECT a FROM t WHERE a < $1", ["2"]) == [["1"]])
        try database.copyIn("t", (0..<50_000).map { String($0) })
        #expect(try database.rows("SELECT count(*) FROM t") == [["50002"]])
        #expect(throws: PostgresFailure.self) { try database.copyIn("t", ["x"]) }
    }

    @Test("stopped, crashed or killed, it comes back on its port with what was committed", .timeLimit(.minutes(20)))
    func restarts() async throws {
        let server = try await PostgresServer.start(settings: ["work_mem": "'7MB'"])
        let database = try server.database(named: "own")
        #expect(try database.rows("SHOW work_mem") == [["7MB"]])
        try database.execute("CREATE TABLE t (a int)")
        let open = try database.session()
        try open.execute("BEGIN; INSERT INTO t VALUES (0)")
        try database.execute("INSERT INTO t VALUES (1)")
        try server.kill()
        #expect(throws: PostgresFailure.self) { try open.execute("COMMIT") }
        #expect(throws: PostgresFailure.self) { try database.session() }
        try server.start()
        try database.execute("INSERT INTO t VALUES (2)")
        try server.restart(.immediate)
        try database.execute("INSERT INTO t VALUES (3)")
        try server.restart()
        #expect(try database.rows("SELECT a FROM t ORDER BY a") == [["1"], ["2"], ["3"]])
    }

    @Test("let go, it leaves neither its processes nor its folder")
    func cleanUp() async throws {
        var server: PostgresServer? = try await PostgresServer.start(trusts: true)
        var database = try #require(server?.maintenance)
        database.password = ""
        let rows = try database.rows("SELECT pg_backend_pid(), current_setting('data_directory')")
        let folder = try #require(rows.first?.last??.dropLast("/data".count))
        let postmaster = try #require(
            try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8).split(separator: "\n").first)
        #expect(FileManager.default.fileExists(atPath: "/proc/\(postmaster)"))
        server = nil
        database = try await PostgresServer.shared().maintenance
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(postmaster)"))
        #expect(!FileManager.default.fileExists(atPath: String(folder)))
    }

    @Test("its certificate is for localhost, by an authority of its own")
    func certificates() async throws {
        let server = try await PostgresServer.start(tls: true)
        var database = server.maintenance
        database.options = ["sslmode": "verify-full", "sslrootcert": try #require(server.authority)]
        #expect(throws: PostgresFailure.self) { try database.session() }
        database.host = "localhost"
        let session = try database.session()
        #expect(session.isEncrypted)
        database.options = ["sslmode": "disable"]
        #expect(try !database.session().isEncrypted)
        let plain = try await PostgresServer.shared().maintenance
        #expect(try !plain.session().isEncrypted)
    }
}
