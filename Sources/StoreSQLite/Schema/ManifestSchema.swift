extension Migration {
    /// Declarative connectors: their manifests, which version a DataSource runs, and what they renew by themselves.
    static let manifests = Migration(
        name: "0006-manifests",
        sql: """
            ALTER TABLE datasources ADD COLUMN connector_version TEXT;

            CREATE TABLE manifests (
              tenant_id TEXT NOT NULL,
              type TEXT NOT NULL,
              version TEXT NOT NULL,
              text TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              created_by TEXT NOT NULL,
              offered_at INTEGER,
              PRIMARY KEY (tenant_id, type, version)
            ) STRICT;

            CREATE TABLE credentials (
              tenant_id TEXT NOT NULL,
              ds_id TEXT NOT NULL,
              version INTEGER NOT NULL,
              basis BLOB NOT NULL,
              sealed BLOB NOT NULL,
              renewer TEXT,
              renews_until INTEGER,
              PRIMARY KEY (tenant_id, ds_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;
            """)
}
