import Domain
import StoreAPI

/// One step of the schema: a name that never changes once released, and the statements.
struct Migration: Sendable {
    let name: String
    let sql: String

    /// In the order in which they are applied.
    static let all = [firstSchema, policies, picks, manifests, frozenSessions, ownTenant, numberedRecords, keptPick]
}

/// Brings a database up to the migrations that this program knows. The names of those applied are kept in it.
struct Migrator: Sendable {
    /// Whoever migrates holds this lock of the session: two processes that start at once do it one after the other.
    private static let lock = 7_237_018_274_551_106
    /// A step may write a large table anew.
    private static let patience = Duration.seconds(86_400)

    /// Said where the database user can't make the role that the pool works as.
    static let unrestricted = """
        The database user may not create the role \(LinkMaker.role), so the pool works as the tables' owner and row-level \
        security doesn't hold; tenants are kept apart by every statement's own condition alone. An administrator can add \
        it: CREATE ROLE \(LinkMaker.role) NOLOGIN; GRANT \(LinkMaker.role) TO <user>; then run tributary migrate
        """

    let migrations: [Migration]

    /// What isn't applied yet. Throws `store.newer` when the database has a migration that this program doesn't know.
    func missing(_ link: Link) throws -> [Migration] {
        let applied = try applied(link)
        guard applied.isSubset(of: Set(migrations.map(\.name))) else { throw AppError(.storeNewer) }
        return migrations.filter { !applied.contains($0.name) }
    }

    /// Each step commits by itself, so one that fails leaves those before it. Answers the names applied, and whether the
    /// pool works as a role of its own.
    func migrate(_ link: Link) throws -> (applied: [String], isRestricted: Bool) {
        try link.script("SELECT pg_advisory_lock(\(Self.lock))")
        let missing = try missing(link)
        for migration in missing {
            do {
                try link.script(
                    """
                    BEGIN;
                    DO $$ BEGIN
                      IF to_regnamespace('\(LinkMaker.schema)') IS NULL THEN CREATE SCHEMA \(LinkMaker.schema); END IF;
                    END $$;
                    CREATE TABLE IF NOT EXISTS schema_migrations (
                      name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
                    \(migration.sql);
                    INSERT INTO schema_migrations (name) VALUES ('\(migration.name)');
                    COMMIT
                    """, atMost: Self.patience)
            } catch {
                link.rollBack()
                throw error
            }
        }
        let isRestricted = try admitRole(link, isNew: !missing.isEmpty)
        try link.script("SELECT pg_advisory_unlock(\(Self.lock))")
        return (missing.map(\.name), isRestricted)
    }

    /// Makes the pool's role where there is none and the user may, and opens the tables to it.
    private func admitRole(_ link: Link, isNew: Bool) throws -> Bool {
        let role = LinkMaker.role
        // Another database of the same server may make the role at the same time; roles are the server's.
        try link.script(
            """
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(role)') THEN
                CREATE ROLE \(role) NOLOGIN;
              END IF;
              IF NOT pg_has_role('\(role)', 'MEMBER') THEN
                GRANT \(role) TO CURRENT_USER;
              END IF;
            EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
              NULL;
            END $$
            """)
        let state = try link.script(
            """
            SELECT coalesce(bool_or(pg_has_role(oid, 'MEMBER')), false),
              coalesce(bool_or(has_schema_privilege(oid, '\(LinkMaker.schema)', 'USAGE')), false)
              AND (SELECT bool_and(coalesce(has_table_privilege(r.oid, c.oid, 'SELECT, UPDATE'), false))
                FROM pg_catalog.pg_class c, pg_catalog.pg_roles r
                WHERE c.relnamespace = '\(LinkMaker.schema)'::regnamespace AND c.relkind = 'r'
                  AND c.relname <> 'schema_migrations' AND r.rolname = '\(role)')
            FROM pg_catalog.pg_roles WHERE rolname = '\(role)'
            """)
        guard state.first?.first == "t" else { return false }
        if isNew || state.first?.last != "t" { try link.script(Self.grants) }
        return true
    }

    private static let grants = """
        BEGIN;
        GRANT USAGE ON SCHEMA \(LinkMaker.schema) TO \(LinkMaker.role);
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(LinkMaker.schema) TO \(LinkMaker.role);
        REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM \(LinkMaker.role);
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA \(LinkMaker.schema) TO \(LinkMaker.role);
        COMMIT
        """

    private func applied(_ link: Link) throws -> Set<String> {
        let exists = try link.script("SELECT to_regclass('\(LinkMaker.schema).schema_migrations') IS NOT NULL")
        guard exists.first?.first == "t" else { return [] }
        let names = try link.script("SELECT name FROM \(LinkMaker.schema).schema_migrations")
        return Set(names.compactMap { $0.first ?? nil })
    }
}
