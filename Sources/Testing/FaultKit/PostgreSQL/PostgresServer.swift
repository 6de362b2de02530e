import Dispatch
import Foundation
import Synchronization
import TestSupport

/// A PostgreSQL server of the tests' own, on a spare port of 127.0.0.1 and in a temporary folder.
///
/// It stops and its folder goes when the last one lets go of it, or when the test process ends, however it ends.
public final class PostgresServer: Sendable {
    /// How a server is asked to stop.
    public enum Stop: Sendable {
        /// Ends all sessions, then shuts down cleanly (SIGINT).
        case fast
        /// Ends at once, as in a crash of the machine: the next start replays the log (SIGQUIT).
        case immediate
    }

    /// `127.0.0.1`
    public let host = "127.0.0.1"
    /// Stays the same over restarts.
    public let port: Int
    /// The superuser.
    public let user = PostgresCluster.user
    /// The superuser's password.
    public let password = PostgresCluster.password
    /// The file of the authority that signed the server's certificate, which is for `localhost`; nil without TLS.
    public let authority: String?

    private let cluster: PostgresCluster
    private let keeper: PostgresKeeper
    private let postmaster: Mutex<Int32?>
    private let databases = Atomic(0)

    /// The one server that all tests of this process may share: started by the first that asks for it, never stopped or
    /// changed as a whole. Each test makes a database of its own.
    public static func shared() async throws -> PostgresServer { try await sharedStart.value }

    private static let sharedStart = Task { try await start() }

    /// Starts a server for one test alone, which may stop, kill and restart it.
    ///
    /// - Parameters:
    ///   - tls: Whether it offers TLS; it takes connections without TLS too.
    ///   - settings: Lines of postgresql.conf beyond the kit's own, by name, as they are written there.
    ///   - trusts: Whether it lets everybody in without a password; else it asks for one (SCRAM).
    ///   - wrapper: A command that becomes it, such as a tracer with its options.
    public static func start(
        tls: Bool = false, settings: [String: String] = [:], trusts: Bool = false, through wrapper: [String] = []
    ) async throws -> PostgresServer {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        try PostgresServer(tls: tls, settings: settings, through: wrapper) {
                            try $0.initialize(trusts: trusts)
                        }
                    })
            }
        }
    }

    /// Starts another server that follows this one. From then on this one commits nothing that the other doesn't have: a
    /// synchronous standby.
    public func startStandby() async throws -> PostgresServer {
        let standby: PostgresServer = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        try PostgresServer(tls: false, settings: [:], through: []) { try $0.copy(fromPort: self.port) }
                    })
            }
        }
        let session = try maintenance.session()
        try session.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try session.execute("SELECT pg_reload_conf()")
        while try session.rows("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").isEmpty { usleep(5_000) }
        return standby
    }

    /// Makes a standby a server of its own, which takes writes.
    public func promote() throws { try maintenance.execute("SELECT pg_promote(true, 60)") }

    private init(
        tls: Bool, settings: [String: String], through wrapper: [String], prepare: (PostgresCluster) throws -> Void
    ) throws {
        let cluster = try PostgresCluster()
        self.cluster = cluster
        keeper = try PostgresKeeper(folder: cluster.folder.path, command: wrapper + cluster.command)
        try prepare(cluster)
        authority = tls ? try cluster.makeCertificates() : nil
        var attempts = 0
        while true {
            let spare = try SparePort.find()
            try cluster.configure(port: spare, tls: tls, settings: settings)
            try cluster.handOver()
            attempts += 1
            do {
                postmaster = Mutex(try Self.start(keeper, cluster))
                port = spare
                return
            } catch  where attempts < 10 && cluster.logEnd.contains("Address already in use") {
                // Another process took the port meanwhile.
            }
        }
    }

    /// Starts it where it was stopped or killed; returns when it takes connections.
    public func start() throws {
        let id = try Self.start(keeper, cluster)
        postmaster.withLock { $0 = id }
    }

    private static func start(_ keeper: PostgresKeeper, _ cluster: PostgresCluster) throws -> Int32 {
        let id = try keeper.start()
        while !cluster.isReady(id) {
            if cluster.hasEnded(id) {
                try keeper.reap()
                throw FaultKitFailure("PostgreSQL didn't start: \(cluster.logEnd)")
            }
            usleep(5_000)
        }
        return id
    }

    /// Stops it and waits for its end; nothing if it isn't running.
    public func stop(_ how: Stop = .fast) throws {
        try end { Glibc.kill($0, how == .fast ? SIGINT : SIGQUIT) }
    }

    /// Stops it and starts it again on the same port.
    public func restart(_ how: Stop = .fast) throws {
        try stop(how)
        try start()
    }

    /// Kills the postmaster and all its processes at once (SIGKILL) and waits until they are gone.
    public func kill() throws {
        var children: [Int32] = []
        try end { id in
            // A stopped postmaster starts no more children while they are counted.
            Glibc.kill(id, SIGSTOP)
            children = cluster.children(of: id)
            for process in children + [id] { Glibc.kill(process, SIGKILL) }
        }
        while children.contains(where: { !cluster.hasEnded($0) }) { usleep(1_000) }
    }

    private func end(_ signal: (Int32) -> Void) throws {
        guard let id = postmaster.withLock({ $0.take() }) else { return }
        signal(id)
        try keeper.reap()
    }

    /// What it logged so far.
    public var log: String { cluster.log }

    /// Its maintenance database as the superuser.
    public var maintenance: PostgresDatabase {
        PostgresDatabase(server: self, host: host, port: port, user: user, password: password, name: "postgres")
    }

    /// Makes an empty database.
    ///
    /// - Parameter name: Its name, new to the server; nil for one that no other test has.
    public func database(named name: String? = nil) throws -> PostgresDatabase {
        let number = databases.wrappingAdd(1, ordering: .relaxed).newValue
        var database = maintenance
        database.name = name ?? "test_\(number)"
        try maintenance.execute("CREATE DATABASE \"\(database.name)\"")
        return database
    }
}
