import ConnectorAPI
import Domain
import Egress
import FaultKit
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import LibPQ
@testable import SQLConnectors

/// What only a server that lies, stalls or is set up against its readers shows.
@Suite("A hostile PostgreSQL", .timeLimit(.minutes(20)), .ownThreads)
struct PostgresGuardTests {
    private static let unhurried = PostgresPatience(
        firstRow: .seconds(600), nextRow: .seconds(600), batch: .milliseconds(20))

    /// A stage whose connector meets `answers` in front of the shared server, and a table `t` of five rows.
    private func stage(
        patience: PostgresPatience = PostgresPatience(),
        answers: @escaping @Sendable (FakeServer.Message, FakeServer.Moment, FakeServer.Send) -> Bool
    ) async throws -> (PostgresStage, FakeServer) {
        let database = try await PostgresServer.shared().database()
        try database.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5)")
        let fake = try FakeServer(before: database.port, answers: answers)
        let stage = try PostgresStage(database, patience: patience)
        stage.config["port"] = .int(fake.port)
        stage.config["sslmode"] = "disable"
        return (stage, fake)
    }

    @Test("a COPY that breaks its format fails the read, and what follows is never taken for the end")
    func formats() async throws {
        let lies: [(String, @Sendable (FakeServer.Message, FakeServer.Moment) -> [FakeServer.Message])] = [
            ("no trailer", { message, _ in message.kind == "d" && message.body == [0xFF, 0xFF] ? [] : [message] }),
            (
                "a long row",
                { message, now in [now.pieces == 3 ? .init(kind: "d", body: message.body + [0]) : message] }
            ),
            (
                "a row after the trailer",
                { message, now in
                    message.kind == "c"
                        ? [.init(kind: "d", body: [0, 1, 0, 0, 0, 4, 0, 0, 0, 9]), message] : [message]
                }
            ),
            (
                "another signature",
                { message, now in
                    [
                        now.pieces == 1 && message.kind == "d"
                            ? .init(kind: "d", body: [0x51] + message.body.dropFirst()) : message
                    ]
                }
            ),
        ]
        for (name, lie) in lies {
            let (stage, fake) = try await stage { message, now, send in
                let isCopying = now.statement.contains("COPY (") && (message.kind == "d" || message.kind == "c")
                return (isCopying ? lie(message, now) : [message]).allSatisfy { send($0.bytes) }
            }
            let plan = ReadPlan(entities: [.init(name: "public.t", mode: .full, primaryKey: ["id"])])
            let reader = try await stage.connector.read(plan, stage.context)
            for _ in 0..<2 {
                // The first failure may come after a batch of what was read before; it stays one.
                let failure = await stage.failure {
                    while let batch = try await reader.next() { #expect(batch.end == nil, "\(name)") }
                }
                #expect(failure?.code == "postgres.malformed", "\(name)")
            }
            await reader.close()
            withExtendedLifetime(fake) {}
        }
    }

    @Test("a COPY that fails after its last row fails the read")
    func lateFailure() async throws {
        let (stage, fake) = try await stage { message, now, send in
            let isEnd = now.statement.contains("COPY (") && message.kind == "C"
            return send((isEnd ? FakeServer.Message.error("57014") : message).bytes)
        }
        #expect(await stage.failure { try await stage.sync("public.t") }?.code == "postgres.query_cancelled")
        #expect(stage.bodies("public.t").count == 5)
        withExtendedLifetime(fake) {}
    }

    @Test("rows that came go out though the next one doesn't come")
    func partial() async throws {
        let goesOn = DispatchSemaphore(value: 0)
        let (stage, fake) = try await stage(patience: Self.unhurried) { message, now, send in
            if message.kind == "d", now.pieces == 4 { goesOn.wait() }
            return send(message.bytes)
        }
        let plan = ReadPlan(entities: [.init(name: "public.t", mode: .full, primaryKey: ["id"])])
        let reader = try await stage.connector.read(plan, stage.context)
        #expect(try await reader.next()?.items.count == 3)
        goesOn.signal()
        #expect(try await reader.next()?.items.count == 2)
        await reader.close()
        withExtendedLifetime(fake) {}
    }

    @Test("a row that comes a byte at a time is waited for no longer than one that doesn't come")
    func trickle() async throws {
        var patience = PostgresPatience()
        patience.nextRow = .milliseconds(200)
        patience.batch = .milliseconds(20)
        let (stage, fake) = try await stage(patience: patience) { message, now, send in
            guard message.kind == "d", now.pieces == 2 else { return send(message.bytes) }
            guard send([UInt8(ascii: "d"), 0, 1, 0, 0]) else { return false }
            while send([0]) { usleep(10_000) }
            return false
        }
        #expect(await stage.failure { try await stage.sync("public.t") }?.code == "postgres.timed_out")
        withExtendedLifetime(fake) {}
    }

    @Test(
        "an answer and a row without end are given up before they fill the memory",
        arguments: ["pg_class c JOIN", "COPY ("])
    func floods(statement: String) async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let kind: Character = statement == "COPY (" ? "d" : "D"
        let flood = Flood(statement: statement, kind: kind)
        let fake = try FakeServer(before: stage.database.port, answers: flood.answer)
        stage.config["port"] = .int(fake.port)
        stage.config["sslmode"] = "disable"
        let plan = ReadPlan(entities: [.init(name: "public.t", mode: .full, primaryKey: ["id"])])
        let failure = await stage.failure {
            let reader = try await stage.connector.read(plan, stage.context)
            do {
                while try await reader.next() != nil {}
            } catch {
                await reader.close()
                throw error
            }
        }
        #expect(failure?.code == "postgres.row_too_large")
        #expect(flood.sent < Flood.longest)
        withExtendedLifetime(fake) {}
    }

    @Test("a server older than 12 is told")
    func old() async throws {
        let (stage, fake) = try await stage { message, _, send in
            let isVersion = message.kind == "S" && message.body.starts(with: Array("server_version\u{0}".utf8))
            return send(
                (isVersion ? .init(kind: "S", body: Array("server_version\u{0}11.22\u{0}".utf8)) : message).bytes)
        }
        let failure = await stage.failure { try await stage.connector.check(stage.context) }
        #expect(failure?.code == "postgres.too_old")
        #expect(failure?.recovery == .fixConfig)
        withExtendedLifetime(fake) {}
    }

    @Test("open transactions are looked at before the snapshot: one that ends between the two is missed by neither")
    func order() async throws {
        let database = try await PostgresServer.shared().database()
        let late = try database.session()
        let (stage, fake) = try await stage { message, now, send in
            // The snapshot was taken before this was asked.
            if message.kind == "1", now.statement.contains("pg_snapshot_xmin") {
                #expect(throws: Never.self) { try late.execute("COMMIT") }
            }
            return send(message.bytes)
        }
        stage.config["database"] = .string(database.name)
        stage.config["lookback_seconds"] = 0
        try database.execute("CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT now())")
        try late.execute("BEGIN; INSERT INTO t VALUES (1)")
        try database.execute("INSERT INTO t VALUES (2)")
        try await stage.sync("public.t", .full, cursor: "at")
        #expect(stage.bodies("public.t").count == 1)
        try await stage.sync("public.t", .incremental, cursor: "at")
        #expect(stage.bodies("public.t").count == 2)
        withExtendedLifetime(fake) {}
    }

    @Test("a table that is emptied while the read waits for its lock fails the read")
    func lock() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let plan = ReadPlan(entities: [.init(name: "public.t", mode: .full, primaryKey: ["id"])])
        let reader = try await stage.connector.read(plan, stage.context)
        let (writer, watch) = (try stage.database.session(), try stage.database.session())
        try writer.execute("BEGIN; TRUNCATE t")
        let reading = Task(executorPreference: PostgresStage.threads) {
            while let batch = try await reader.next() { #expect(batch.end == nil) }
        }
        let waiting = "SELECT FROM pg_locks WHERE relation = 't'::regclass AND NOT granted"
        while try watch.rows(waiting).isEmpty { await Task.yield() }
        try writer.execute("COMMIT")
        let failure = await stage.failure { try await reading.value }
        #expect(failure?.code == "postgres.table_changed")
        await reader.close()
    }

    @Test("what a database is set to changes neither how its values are read nor which functions are called")
    func settings() async throws {
        let stage = try await PostgresStage.shared()
        let name = stage.database.name
        let settings = [
            "search_path = evil, public, pg_catalog", "datestyle = 'SQL, DMY'", "timezone = 'Asia/Tokyo'",
            "intervalstyle = 'postgres_verbose'", "bytea_output = 'escape'", "extra_float_digits = -10",
            "statement_timeout = '1h'", "client_encoding = 'LATIN1'",
            "default_transaction_isolation = 'read committed'",
            "default_transaction_read_only = off", "idle_in_transaction_session_timeout = '1h'",
        ]
        try stage.database.execute(
            """
            CREATE SCHEMA evil; CREATE SEQUENCE evil.calls;
            CREATE FUNCTION evil.has_any_column_privilege(oid, text) RETURNS bool LANGUAGE sql
              AS 'SELECT nextval(''evil.calls'') > 0';
            CREATE TYPE mix AS (f float8, b bytea, i interval);
            CREATE TABLE t (id int PRIMARY KEY, r tstzrange, d daterange, m mix, n text);
            INSERT INTO t VALUES (1, '[2026-03-01 12:00+02,)', '[2026-03-01,2026-04-01)',
              ROW(0.1::float8 + 0.2::float8, '\\xff', '1 day 2 hours'), 'é');
            CREATE VIEW now AS SELECT string_agg(current_setting(s), ' ' ORDER BY s) AS x FROM unnest('{application_name,
              idle_in_transaction_session_timeout,search_path,statement_timeout,transaction_isolation,transaction_read_only}'
              ::text[]) s;
            """)
        for setting in settings { try stage.database.execute("ALTER DATABASE \(name) SET \(setting)") }
        try await stage.sync("public.t")
        #expect(
            stage.bodies("public.t") == [
                #"{"id":1,"r":"[\"2026-03-01 10:00:00+00\",)","d":"[2026-03-01,2026-04-01)","m":"(0.30000000000000004,\"\\\\xff\",P1DT2H)","n":"é"}"#
            ])
        try await stage.sync("public.now")
        #expect(stage.bodies("public.now") == [#"{"x":"tributary 0 pg_catalog 0 repeatable read on"}"#])
        #expect(try stage.database.rows("SELECT is_called FROM evil.calls") == [["f"]])
    }

    @Test("whatever is asked of a server is asked in a transaction that can't write")
    func readOnly() async throws {
        let statements = Mutex<Set<String>>([])
        let (stage, fake) = try await stage { message, now, send in
            statements.withLock { _ = $0.insert(now.statement) }
            return send(message.bytes)
        }
        try await stage.connector.check(stage.context)
        try await stage.sync("public.t")
        let begins = statements.withLock { $0.filter { $0.contains("BEGIN") } }
        #expect(begins.count == 2)
        #expect(begins.allSatisfy { $0.contains("READ ONLY") })
        withExtendedLifetime(fake) {}
    }

    @Test("a view that writes is refused: reading changes nothing")
    func writes() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute("CREATE SEQUENCE s; CREATE VIEW v AS SELECT nextval('s') AS n")
        #expect(await stage.failure { try await stage.sync("public.v") }?.code == "postgres.query_failed")
        #expect(try stage.database.rows("SELECT is_called FROM s") == [["f"]])
    }

    @Test("keys are the primary key's, and never of columns that may be null, are hidden, or of an index of a part")
    func keys() async throws {
        let stage = try await PostgresStage.shared()
        let role = stage.database.name + "_keys"
        try stage.database.execute(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'secret-of-keys';
            CREATE TABLE pk (a int, b int, c int NOT NULL UNIQUE, PRIMARY KEY (a, b));
            CREATE TABLE nulls (maybe int UNIQUE, code int NOT NULL UNIQUE);
            CREATE TABLE parts (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ON parts (a) WHERE b > 0;
            CREATE TABLE made (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ON made ((a + 1));
            CREATE UNIQUE INDEX ON made (b);
            CREATE TABLE later (a int NOT NULL); INSERT INTO later VALUES (1), (1);
            CREATE TABLE dropped (gone int, id int PRIMARY KEY); ALTER TABLE dropped DROP COLUMN gone;
            CREATE SCHEMA shut; CREATE TABLE shut.t (id int PRIMARY KEY); GRANT SELECT ON ALL TABLES IN SCHEMA shut TO \(role);
            GRANT SELECT ON nulls, parts, made, dropped TO \(role); GRANT SELECT (b, c) ON pk TO \(role);
            """)
        func keys() async throws -> [String: [String]] {
            Dictionary(
                uniqueKeysWithValues: try await stage.connector.discover(stage.context).filter { $0.refusal == nil }.map
                { ($0.name, $0.primaryKey) })
        }
        let all = try await keys()
        #expect(all["public.pk"] == ["a", "b"])
        #expect(all["public.nulls"] == ["code"])
        #expect(all["public.parts"] == [])
        #expect(all["public.made"] == ["b"])
        #expect(all["public.dropped"] == ["id"])
        stage.config["user"] = .string(role)
        stage.secrets["password"] = Secret("secret-of-keys")
        let few = try await keys()
        #expect(few["public.pk"] == [])
        #expect(few.keys.filter { $0.hasPrefix("shut") } == [])
    }

    @Test("two tables of one name and more than 10,000 tables are told")
    func tooMany() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            #"CREATE SCHEMA "a.b"; CREATE SCHEMA a; CREATE TABLE "a.b".c (x int); CREATE TABLE a."b.c" (x int)"#)
        func code() async -> String? {
            await stage.failure { _ = try await stage.connector.discover(stage.context) }?.code
        }
        #expect(await code() == "postgres.entity_name_clash")
        try stage.database.execute(
            """
            SET allow_system_table_mods = on; CREATE TABLE t ();
            INSERT INTO pg_class SELECT (jsonb_populate_record(c, jsonb_build_object('oid', 4000000 + g, 'relname', 't' || g))).*
            FROM pg_class c, generate_series(1, 10001) g WHERE c.oid = 't'::regclass
            """)
        #expect(await code() == "postgres.too_many_tables")
    }

    @Test("a view that was made anew is read anew")
    func views() async throws {
        let stage = try await PostgresStage.shared()
        try stage.database.execute(
            "CREATE TABLE t (id int, at timestamptz); INSERT INTO t VALUES (1, '2020-01-01'), (2, '2026-01-01'); CREATE VIEW v AS SELECT * FROM t WHERE id > 1"
        )
        #expect(try await stage.sync("public.v", .full, cursor: "at", key: ["id"]).read == 1)
        try stage.database.execute("DROP VIEW v; CREATE VIEW v AS SELECT * FROM t")
        #expect(try await stage.sync("public.v", .incremental, cursor: "at", key: ["id"]).read == 2)
    }

    @Test("a long incremental read goes along its cursor, whatever order the rows lie in; a short one doesn't")
    func sorted() async throws {
        let long = try await cursorsAlongTheWay(PostgresPatience(rowsWithoutState: 20_000))
        #expect(long.count == 4)
        #expect(long == long.sorted())
        let short = try await cursorsAlongTheWay(PostgresPatience(rowsWithoutState: 30_000))
        #expect(short == [long.last])
    }

    /// The cursors of the states that a read of 25,000 rows leaves, whose order in the table is the reverse of their cursor's.
    private func cursorsAlongTheWay(_ patience: PostgresPatience) async throws -> [Int64] {
        let stage = try await PostgresStage.shared(patience: patience)
        stage.config["lookback_seconds"] = 0
        try stage.database.execute(
            "CREATE TABLE t (id int PRIMARY KEY, at timestamptz); INSERT INTO t VALUES (0, '2020-01-01')")
        try await stage.sync("public.t", .full, cursor: "at")
        try stage.database.execute(
            "INSERT INTO t SELECT g, timestamptz '2026-01-01' + (30000 - g) * interval '1 second' FROM generate_series(1, 25000) g"
        )
        try stage.database.execute("ANALYZE t")
        let plan = ReadPlan.Entity(
            name: "public.t", mode: .incremental, primaryKey: ["id"], cursorField: "at", state: stage.states["public.t"]
        )
        let reader = try await stage.connector.read(ReadPlan(entities: [plan]), stage.context)
        var states: [PostgresState] = []
        while let batch = try await reader.next() {
            states += [batch.state.flatMap { PostgresState($0) }].compactMap { $0 }
        }
        await reader.close()
        return states.compactMap(\.cursor)
    }
}

/// What the cursor, the errors and the client library promise, looked at without a run.
@Suite("Rules of reading PostgreSQL", .timeLimit(.minutes(20)), .ownThreads)
struct PostgresRuleTests {
    private static func cursor(
        _ kind: CursorKind = .timestamptz, table kindOfTable: Character = "r", isNullable: Bool = false,
        state: PostgresState?, next: UInt64? = 100
    ) -> PostgresCursor {
        let type = PostgresType(oid: 1184, name: "timestamptz", kind: UInt8(ascii: "b"), elementOID: 0, elementKind: 0)
        let column = PostgresTable.Column(
            name: "at", number: 1, isNullable: isNullable, reading: ColumnReading(type), type: 1184,
            typeName: "timestamptz", makesKeys: true)
        let table = PostgresTable(
            oid: 5, schema: "public", name: "t", kind: kindOfTable, file: 6, mayRead: true,
            tellsTransactions: kindOfTable == "r", columns: [column])
        var snapshot = PostgresSnapshot(openTransactions: [], bounds: [])
        snapshot.nextTransaction = next
        return PostgresCursor(
            "at", kind: kind, of: table,
            state: state.map { state in
                var state = state
                state.shape = table.shape
                return state.serialized()
            }, at: snapshot, lookback: .seconds(1))
    }

    private static func state(transaction: UInt64? = 90, kind: CursorKind = .timestamptz) -> PostgresState {
        var state = PostgresState(column: "at", kind: kind, table: 5, file: 6, shape: 0)
        (state.cursor, state.floor, state.transaction) = (9_000_000, 8_000_000, transaction)
        return state
    }

    @Test("rows' transactions are asked for only where their 32 bits tell, and by tables alone")
    func circle() {
        func tells(_ then: UInt64?, _ next: UInt64?, table: Character = "r") -> Bool {
            Self.cursor(table: table, state: Self.state(transaction: then), next: next).conditions
                .contains { $0.condition?.contains("xmin") ?? false }
        }
        let half: UInt64 = 1 << 31
        #expect(tells(90, 100) && tells(90, 90 + half - 1) && tells(1 << 40, 1 << 40 + half - 1))
        #expect(!tells(90, 90 + half) && !tells(90, 90 + 4 * half))
        #expect(!tells(101, 100), "a server that was put back")
        #expect(!tells(nil, 100) && !tells(90, nil))
        #expect(!tells(90, 100, table: "v") && !tells(90, 100, table: "f"))
    }

    @Test("a state of another kind of cursor is left aside; rows without one are asked for first")
    func conditions() {
        #expect(Self.cursor(state: Self.state(kind: .timestamp)).conditions.map(\.condition) == [nil])
        let both = Self.cursor(isNullable: true, state: Self.state()).conditions
        #expect(both.map(\.isSorted) == [false, true])
        #expect(both.first?.condition?.hasPrefix(#""at" IS NULL AND"#) == true)
    }

    @Test("progress counts no infinity and knows nothing before the end once rows come out of order")
    func progress() {
        var progress = CursorProgress(isSorted: true)
        for value in [1, 2, 2, .max, nil, 5] as [Int64?] { progress.meet(value) }
        #expect(progress.highest == 5 && progress.complete == 2)
        for value in [4, 6, 7] as [Int64] { progress.meet(value) }
        #expect(progress.highest == 7 && progress.complete == nil)
        let cursor = Self.cursor(state: Self.state())
        var low = CursorProgress(isSorted: true)
        for value in [1, 2] as [Int64] { low.meet(value) }
        #expect(cursor.checkpoint(low) == nil && cursor.finalState(low).cursor == 9_000_000)
        #expect(cursor.finalState(CursorProgress(isSorted: true)).cursor == 9_000_000)
    }

    @Test("no value of a cursor is too small or too large to go on from")
    func extremes() {
        for kind in [CursorKind.integer, .date, .timestamp, .timestamptz] {
            for value in [Int64.min, .min + 1, -1, 0, 86_400_000_000, .max] {
                var state = Self.state(kind: kind)
                (state.cursor, state.floor) = (value, value)
                #expect(!Self.cursor(kind, state: state).conditions.isEmpty)
                let snapshot = PostgresSnapshot(
                    openTransactions: ["f", String(value), String(value), "f"], bounds: ["3", "4"])
                #expect(kind == .integer || kind.floor(of: snapshot) != nil)
            }
        }
        #expect(CursorKind.date.literal(-1) == "date '2000-01-01' + -1")
        #expect(
            CursorKind.timestamp.literal(-1)
                == "timestamp '2000-01-01 00:00:00' + interval '-1 days 86399 seconds 999999 microseconds'")
    }

    @Test("where a transaction is prepared or a view is refreshed, late rows may be of any time")
    func anyTime() {
        var snapshot = PostgresSnapshot(openTransactions: ["f", "1", "2", "t"], bounds: ["3", "100"])
        #expect(snapshot.hasPrepared)
        var cursor = Self.cursor(state: Self.state())
        cursor.snapshot = snapshot
        let state = cursor.finalState(CursorProgress(isSorted: true))
        #expect(state.cursor == 9_000_000 && state.floor == nil)
        #expect(Self.cursor(state: state).conditions.last?.condition?.contains(">=") == false)
        snapshot.hasPrepared = false
        cursor.snapshot = snapshot
        #expect(cursor.finalState(CursorProgress(isSorted: true)).floor == 1)
        cursor.table.kind = "m"
        #expect(cursor.finalState(CursorProgress(isSorted: true)).floor == nil)
    }

    @Test("on a standby nothing is known of open transactions")
    func standby() {
        let there = PostgresSnapshot(openTransactions: ["t", "1", "2", "f"], bounds: ["3", "4"])
        #expect(there.openSince == nil && there.openSinceLocal == nil && there.nextTransaction == 4)
        let here = PostgresSnapshot(openTransactions: ["f", "1", "2", "f"], bounds: ["3", "4"])
        #expect(here.openSince == 1 && here.openSinceLocal == 2 && here.oldestTransaction == 3)
    }

    @Test(
        "each SQLSTATE has its code and says who must act",
        arguments: [
            ("28P01", "authentication_failed", .reauthorise), ("28000", "authentication_failed", .reauthorise),
            ("3D000", "database_unknown", .fixConfig), ("42501", "permission_denied", .reauthorise),
            ("42P01", "table_dropped", .retry), ("3F000", "table_dropped", .retry), ("42703", "table_changed", .retry),
            ("42804", "table_changed", .retry), ("42846", "table_changed", .retry), ("42809", "table_changed", .retry),
            ("XX000", "table_changed", .retry), ("55P03", "table_locked", .retry),
            ("57014", "query_cancelled", .retry), ("57P03", "overloaded", .waitForSource),
            ("53300", "overloaded", .waitForSource), ("57P01", "connection_lost", .retry),
            ("08006", "connection_lost", .retry), ("25P03", "connection_lost", .retry),
            ("40001", "standby_conflict", .retry), ("XX001", "data_damaged", .waitForSource),
            ("XX002", "data_damaged", .waitForSource), ("22012", "query_failed", .fixConfig),
        ] as [(String, String, Recovery)])
    func states(state: String, code: String, recovery: Recovery) {
        let failure = PostgresError(.refusal, sqlState: state).failure("public.t") as? AppError
        #expect(failure?.code == "postgres." + code)
        #expect(failure?.recovery == recovery)
        #expect(failure?.message.contains(state) == true && failure?.message.contains("public.t") == true)
    }

    @Test("libpq is told a path for every file of its user's that it would look for, and asks for no ticket")
    func files() {
        for tls in TLSMode.allCases {
            let parameters = ConnectionParameters(database: "d", user: "u", password: nil, tls: tls)
            let keywords = Dictionary(uniqueKeysWithValues: parameters.keywords(authorities: nil))
            for file in ["sslcert", "sslkey", "sslcrl", "passfile"] { #expect(keywords[file] == "/dev/null/none") }
            #expect(keywords["sslrootcert"]?.hasPrefix("/") == true)
            #expect(keywords["gssencmode"] == "disable")
        }
    }

    private func addresses(_ all: [String], port: Int, host: String = "db.example") throws -> [PermittedAddress] {
        let resolver = HostResolver { _ in all.compactMap { IPAddress($0) } }
        let loopback = try #require(AllowedNetwork("127.0.0.0/8"))
        return try EgressGuard(allowing: [loopback], resolver: resolver).addresses(
            of: host, port: port, for: .named("acme"))
    }

    private func open(
        _ database: PostgresDatabase, at addresses: [String], user: String? = nil, timeout: Duration = .seconds(10)
    ) throws -> PostgresConnection {
        let parameters = ConnectionParameters(
            database: database.name, user: user ?? database.user, password: Secret(database.password), tls: .prefer,
            connectTimeout: timeout)
        return try PostgresConnection.open(
            parameters, at: self.addresses(addresses, port: database.port), interrupt: Interrupt(), clock: .machine)
    }

    @Test("connections go to the addresses that were checked, one after another, whatever the name would resolve to")
    func addresses() async throws {
        let database = try await PostgresServer.shared().database()
        #expect(try open(database, at: ["127.0.0.1"]).serverVersion >= 120_000)
        // Nothing listens at the first.
        #expect(try open(database, at: ["127.0.0.3", "127.0.0.1"]).serverVersion >= 120_000)
        // The first takes connections and never says anything.
        let silent = try LocalSocket.listen(on: 2, port: database.port)
        defer { close(silent) }
        let timeout = Duration.seconds(2)
        #expect(try open(database, at: ["127.0.0.2", "127.0.0.1"], timeout: timeout).serverVersion >= 120_000)
        let alone = #expect(throws: PostgresError.self) {
            _ = try open(database, at: ["127.0.0.2"], timeout: .milliseconds(50))
        }
        #expect(alone?.kind == .timedOut)
    }

    @Test("a statement has a time limit, and no text is cut at a zero byte")
    func limits() async throws {
        let database = try await PostgresServer.shared().database()
        let connection = try open(database, at: ["127.0.0.1"])
        let zero = #expect(throws: PostgresError.self) { try connection.rows("SELECT $1::text", ["a\u{0}b"]) }
        #expect(zero?.kind == .invalidParameter)
        let other = #expect(throws: PostgresError.self) {
            try connection.rows("SELECT 1\u{0}")
        }
        #expect(other?.kind == .invalidParameter)
        let wrong = #expect(throws: PostgresError.self) { try connection.rows("SELECT 1 / 0") }
        #expect(wrong == PostgresError(.refusal, sqlState: "22012"))
        let slow = #expect(throws: PostgresError.self) {
            try connection.rows("SELECT pg_sleep(60)", atMost: .milliseconds(50))
        }
        #expect(slow?.kind == .timedOut)
        connection.cancelStatement()
        let user = #expect(throws: PostgresError.self) {
            _ = try open(database, at: ["127.0.0.1"], user: database.user + "\u{0}x")
        }
        #expect(user?.kind == .invalidParameter)
    }
}

/// Sends a message that is longer than anything, for as long as the client takes it.
private final class Flood: Sendable {
    /// libpq goes on reading while more comes, so that it may take in a few times what is allowed before it is stopped.
    static let longest = 3 << 29

    private let statement: String
    private let kind: Character
    private let count = Atomic(0)

    init(statement: String, kind: Character) { (self.statement, self.kind) = (statement, kind) }

    /// Bytes that the client took, or the system for it.
    var sent: Int { count.load(ordering: .relaxed) }

    @Sendable func answer(_ message: FakeServer.Message, _ now: FakeServer.Moment, _ send: FakeServer.Send) -> Bool {
        guard now.statement.contains(statement), message.kind == kind else { return send(message.bytes) }
        guard send([kind.asciiValue ?? 0, 0x7F, 0, 0, 0]) else { return false }
        let block = [UInt8](repeating: 0, count: 1 << 20)
        while sent < Self.longest, send(block) { count.add(block.count, ordering: .relaxed) }
        return false
    }
}
