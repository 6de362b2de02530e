import ConnectorAPI
import Domain
import Egress
import FaultKit
import Foundation
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("When PostgreSQL fails", .ownThreads)
struct PostgresFailureTests {
    private static let impatient = PostgresPatience(
        firstRow: .milliseconds(300), nextRow: .milliseconds(300), batch: .milliseconds(20))

    private func check(_ stage: PostgresStage) async -> AppError? {
        await stage.failure { try await stage.connector.check(stage.context) }
    }

    @Test("each way in which a connection can fail has a code and says who must act")
    func connecting() async throws {
        let stage = try await PostgresStage.shared()
        #expect(await check(stage) == nil)
        let database = stage.database
        try database.execute("CREATE ROLE \(database.name)_off NOLOGIN")
        let port = try SparePort.find()
        let cases: [(change: JSONObject, password: String?, code: String, recovery: Recovery)] = [
            (["port": .int(port)], nil, "postgres.unreachable", .retry),
            (["host": "no-such-host.invalid"], nil, "egress.host_unknown", .fixConfig),
            (["host": "10.1.2.3"], nil, "egress.address_forbidden", .fixConfig),
            ([:], "wrong", "postgres.authentication_failed", .reauthorise),
            (["user": "nobody"], nil, "postgres.authentication_failed", .reauthorise),
            (["user": .string(database.name + "_off")], nil, "postgres.authentication_failed", .reauthorise),
            (["database": "nowhere"], nil, "postgres.database_unknown", .fixConfig),
            (["sslmode": "require"], nil, "postgres.tls_unsupported", .fixConfig),
            (["schemas": ["nowhere"]], nil, "postgres.schema_unknown", .fixConfig),
        ]
        for one in cases {
            let other = try PostgresStage(database)
            for member in one.change.members { other.config[member.name] = member.value }
            if let password = one.password { other.secrets["password"] = Secret(password) }
            let failure = await check(other)
            // A resolver without a network can't say that a name isn't there.
            let codes = one.code == "egress.host_unknown" ? [one.code, "egress.resolve_failed"] : [one.code]
            #expect(codes.contains(failure?.code ?? ""), "\(one.change): \(String(describing: failure))")
            if failure?.code == one.code { #expect(failure?.recovery == one.recovery, "\(one.change)") }
            #expect(failure?.message.contains(database.password) == false)
        }
        let unsecured = try PostgresStage(database)
        unsecured.secrets = [:]
        #expect(await check(unsecured)?.code == "postgres.authentication_failed")
    }

    @Test("TLS is used as sslmode says, and a server is verified against the authorities that the config brings")
    func tls() async throws {
        let server = try await PostgresServer.start(tls: true)
        let authority = try String(contentsOfFile: try #require(server.authority), encoding: .utf8)
        let stage = try PostgresStage(server.database())
        func outcome(_ mode: String, host: String = "localhost", authority: String? = nil) async -> String? {
            stage.config["sslmode"] = .string(mode)
            stage.config["host"] = .string(host)
            stage.config["sslrootcert"] = authority.map { .string($0) }
            return await check(stage)?.code
        }
        for mode in ["disable", "allow", "prefer", "require"] { #expect(await outcome(mode) == nil, "\(mode)") }
        #expect(await outcome("verify-full", authority: authority) == nil)
        #expect(await outcome("verify-ca", host: "127.0.0.1", authority: authority) == nil)
        #expect(await outcome("verify-full", host: "127.0.0.1", authority: authority) == "postgres.tls_failed")
        #expect(await outcome("verify-full") == "postgres.tls_failed", "the system doesn't know that authority")
        #expect(await outcome("verify-ca", authority: "nonsense") == "postgres.tls_failed")
    }

    @Test("what the user may not read is not offered, and a right that goes away is told")
    func rights() async throws {
        let stage = try await PostgresStage.shared()
        let role = stage.database.name + "_reader"
        try stage.database.execute(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'secret-of-reader';
            CREATE TABLE open (id int PRIMARY KEY, v int); CREATE TABLE shut (id int PRIMARY KEY);
            CREATE TABLE part (id int PRIMARY KEY, hidden int); CREATE SCHEMA closed; CREATE TABLE closed.t (id int);
            INSERT INTO part VALUES (1, 2);
            GRANT SELECT ON open TO \(role); GRANT SELECT (id) ON part TO \(role);
            """)
        stage.config["user"] = .string(role)
        stage.secrets["password"] = Secret("secret-of-reader")
        let offered = try await stage.connector.discover(stage.context)
        #expect(offered.filter { $0.refusal == nil }.map(\.name) == ["public.open", "public.part"])
        #expect(offered.first { $0.name == "public.shut" }?.refusal?.code == "postgres.permission_denied")
        #expect(offered.first { $0.name == "public.shut" }?.refusal?.recovery == .reauthorise)
        try await stage.sync("public.part")
        #expect(stage.bodies("public.part") == [#"{"id":1}"#])
        let shut = await stage.failure { try await stage.sync("public.shut") }
        #expect(shut?.code == "postgres.permission_denied")
        stage.config["schemas"] = ["closed"]
        #expect(await check(stage)?.code == "postgres.schema_unknown")
    }

    @Test("a server that dies in the middle of a COPY fails the read after what came before, and the next one is whole")
    func killed() async throws {
        let server = try await PostgresServer.start()
        let stage = try PostgresStage(server.database())
        try stage.database.execute(
            "CREATE TABLE t (id int PRIMARY KEY, x text); INSERT INTO t SELECT g, repeat('x', 500) FROM generate_series(1, 60000) g"
        )
        let plan = ReadPlan(entities: [.init(name: "public.t", mode: .full, primaryKey: ["id"])])
        let reader = try await stage.connector.read(plan, stage.context)
        _ = try await reader.next()
        try server.kill()
        let failure = await stage.failure { while let batch = try await reader.next() { #expect(batch.end == nil) } }
        await reader.close()
        #expect(failure?.code == "postgres.connection_lost")
        #expect(failure?.recovery == .retry)
        #expect(await check(stage)?.code == "postgres.unreachable")
        try server.start()
        #expect(try await stage.sync("public.t") == .init(read: 60_000, changed: 60_000, deleted: 0, ends: 1))
    }

    @Test("an administrator's kill, a lock, a time limit and a failing view are told apart")
    func statements() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            """
            CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
            CREATE VIEW wrong AS SELECT 1 / (id - 1) AS x FROM t; CREATE VIEW slow AS SELECT pg_sleep(3600)::text AS x;
            """)
        #expect(await stage.failure { try await stage.sync("public.wrong") }?.code == "postgres.query_failed")
        let watch = try stage.database.session()
        for (end, code) in [
            ("pg_terminate_backend", "postgres.connection_lost"), ("pg_cancel_backend", "postgres.query_cancelled"),
        ] {
            let read = Task(executorPreference: PostgresStage.threads) { [database = stage.database] in
                let other = try PostgresStage(database)
                return await other.failure { try await other.sync("public.slow") }
            }
            let sql = """
                SELECT \(end)(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'
                """
            while try watch.rows(sql).isEmpty { await Task.yield() }
            #expect(try await read.value?.code == code)
        }
    }

    @Test("a server that falls silent is left after a while; one that is only slow gets its rows through")
    func silence() async throws {
        let stage = try PostgresStage(await PostgresServer.shared().database(), patience: Self.impatient)
        try stage.database.execute(
            """
            CREATE VIEW silent AS SELECT pg_sleep(3600)::text AS x;
            CREATE VIEW slow AS SELECT g AS id, pg_sleep(0.1)::text AS x FROM generate_series(1, 8) g;
            """)
        #expect(await stage.failure { try await stage.sync("public.silent") }?.code == "postgres.timed_out")
        // Rows reach the client when the server's buffer is full, or at the end.
        let slow = await stage.failure { try await stage.sync("public.slow") }
        #expect(slow == nil || slow?.code == "postgres.timed_out")
    }

    @Test("something that isn't PostgreSQL is told, whatever it answers")
    func strangers() async throws {
        for answer in [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "", "N", "E\u{0}\u{0}\u{0}\u{8}oops", "R\u{7F}\u{7F}\u{7F}\u{7F}",
        ] {
            let stranger = try Stranger(answer: Array(answer.utf8))
            let stage = try await PostgresStage.shared()
            stage.config["port"] = .int(stranger.port)
            let failure = await check(stage)
            #expect(failure?.code.hasPrefix("postgres.") == true, "\(answer)")
            #expect(failure?.code != "postgres.config_invalid", "\(answer)")
        }
    }

    @Test(
        "every forbidden form of a database is refused before anything is connected to",
        arguments: ForbiddenDatabases.all)
    func forbidden(form: ForbiddenDatabases.Config) async throws {
        let resolver = HostResolver { name in
            ForbiddenDatabases.addresses[name, default: []].compactMap { IPAddress($0) }
        }
        let connector = PostgresConnector(egress: EgressGuard(resolver: resolver), clock: .machine)
        var config = JSONObject()
        for (name, value) in form.fields.sorted(by: { $0.key < $1.key }) {
            let number = name == "port" ? Int64(value) : nil
            config[name] = number.map { .int($0) } ?? .string(value)
        }
        let schema = try JSONSchema(connector.descriptor.configSchema)
        if !schema.validate(.object(config)).isEmpty { return }
        let context = ConnectorContext(tenant: .named("acme"), config: config)
        let failure = await #expect(throws: AppError.self) { try await connector.check(context) }
        let refusals = ["egress.host_invalid", "egress.address_forbidden", "postgres.config_invalid"]
        #expect(refusals.contains(failure?.code ?? ""), "\(String(describing: failure))")
    }
}

/// A program that isn't PostgreSQL: to whoever connects it says its answer and hangs up.
private final class Stranger: Sendable {
    let port: Int
    private let listener: Int32

    init(answer: [UInt8]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        try #require(isListening)
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                var block = [UInt8](repeating: 0, count: 1024)
                _ = recv(connection, &block, block.count, 0)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
