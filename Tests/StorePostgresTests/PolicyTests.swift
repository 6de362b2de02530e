import Domain
import FaultKit
import StoreAPI
import StorePostgres
import TestSupport
import Testing

/// What row-level security does below the statements' own conditions (Invariant 5).
@Suite("Row-level security")
struct PolicyTests {
    @Test("shows a transaction its own tenant's rows alone, whatever the statement says, and none without a tenant")
    func hides() async throws {
        let opened = try await Opened()
        for tenant in ["acme", "bert"] {
            let source = opened.source(1, tenant: .named(tenant))
            try await opened.store.write(Scope(tenant: .named(tenant))) { transaction in
                try transaction.sources.insert(source)
                var state = try #require(try transaction.sync.lock(source.id))
                let batch = RecordBatch.of("customers", [("a", "1")])
                _ = try transaction.records.merge(batch, run: nil, read: nil, sync: &state)
                try transaction.sync.save(state)
            }
        }
        let session = try opened.database.session()
        try session.execute("SET ROLE tributary_app; SET search_path = tributary")
        func tenants(_ table: String) throws -> [String?] {
            try session.rows("SELECT DISTINCT tenant_id FROM \(table)").map { $0.first ?? nil }
        }
        for table in ["datasources", "source_sync", "entities", "records"] {
            #expect(try tenants(table).isEmpty, "\(table) without a tenant")
            try session.execute("BEGIN; SET LOCAL tributary.tenant = 'bert'")
            #expect(try tenants(table) == ["bert"], "\(table)")
            let changed = try session.rows(
                "WITH c AS (UPDATE \(table) SET tenant_id = tenant_id RETURNING 1) SELECT count(*) FROM c")
            #expect(changed == [["1"]], "\(table)")
            try session.execute("COMMIT")
            // The setting is empty now, no longer unknown.
            #expect(try tenants(table).isEmpty, "\(table) after a transaction")
        }
        try session.execute("BEGIN; SET LOCAL tributary.tenant = 'bert'")
        let refusal = #expect(throws: PostgresFailure.self) {
            try session.execute("INSERT INTO absent (tenant_id, source_no, entity_no, key) VALUES ('acme', 1, 1, 'k')")
        }
        #expect(refusal?.state == "42501")
    }

    @Test("is worked around by no row of a load: each is its transaction's tenant's, whoever the pool's user is")
    func loads() async throws {
        let opened = try await Opened()
        try opened.database.execute(
            "DO $$ BEGIN CREATE ROLE guest LOGIN PASSWORD 'p'; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        try opened.database.execute("GRANT tributary_app TO guest")
        var asGuest = opened.database
        (asGuest.user, asGuest.password) = ("guest", "p")
        let guest = try asGuest.store()
        let records = (0..<500).map { ("k\($0)", Optional("\($0)")) }
        for (number, store) in [opened.store, guest].enumerated() {
            for tenant in ["acme", "bert"] {
                let source = opened.source(number + 1, tenant: .named(tenant))
                let counts = try await store.write(Scope(tenant: source.tenant)) { transaction in
                    try transaction.sources.insert(source)
                    var state = try #require(try transaction.sync.lock(source.id))
                    let merged = try transaction.records.merge(
                        .of("customers", records), run: nil, read: nil, sync: &state)
                    try transaction.sync.save(state)
                    // The role is the pool's again: another tenant's rows are out of sight.
                    _ = try transaction.records.count(RecordQuery(entity: "customers"), of: source.id)
                    return merged
                }
                #expect(counts.inserted == 500)
            }
        }
        let counts = try opened.database.rows(
            "SELECT tenant_id, count(*) FROM tributary.records GROUP BY 1 ORDER BY 1")
        #expect(counts == [["acme", "1000"], ["bert", "1000"]])
        try await guest.close()
    }

    @Test("holds for every table that has tenants, and every table but one has them")
    func everywhere() async throws {
        let opened = try await Opened()
        let open = try opened.database.rows(
            """
            SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'tributary'::regnamespace AND c.relkind = 'r'
              AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
            """)
        #expect(open == [["schema_migrations"]])
        let keys = try opened.database.rows(
            """
            SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE c.relnamespace = 'tributary'::regnamespace AND i.indisunique AND c.relname <> 'schema_migrations'
              AND NOT EXISTS (SELECT FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey))
            """)
        #expect(keys == [], "unique keys without the tenant, by which tables are distributed")
    }

    @Test("isn't passed by the functions that look over all tenants but for ids and counts")
    func picks() async throws {
        let opened = try await Opened()
        let session = try opened.database.session()
        try session.execute("SET ROLE tributary_app; SET search_path = tributary")
        let columns = try session.rows(
            """
            SELECT DISTINCT n FROM pg_proc p, unnest(p.proargnames, p.proargmodes) AS a (n, m)
            WHERE p.pronamespace = 'tributary'::regnamespace AND p.prosecdef AND a.m = 't' ORDER BY n
            """
        ).map { $0.first ?? nil }
        #expect(columns == ["ds_id", "queued", "run_id", "running", "tenant_id"])
    }
}
