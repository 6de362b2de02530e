extension Migration {
    /// The tables of this step that belong to tenants.
    static let manifestTables = ["manifests", "credentials"]

    /// Declarative connectors: their manifests, which version a DataSource runs, and what they renew by themselves.
    static let manifests = Migration(
        name: "0004-manifests",
        sql: """
            ALTER TABLE datasources ADD COLUMN connector_version text;

            CREATE TABLE manifests (
              tenant_id text COLLATE "C" NOT NULL,
              type text COLLATE "C" NOT NULL,
              version text COLLATE "C" NOT NULL,
              text text NOT NULL,
              created_at bigint NOT NULL,
              created_by text NOT NULL,
              offered_at bigint,
              PRIMARY KEY (tenant_id, type, version)
            );

            CREATE TABLE credentials (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              version bigint NOT NULL,
              basis bytea NOT NULL,
              sealed bytea NOT NULL,
              renewer text,
              renews_until bigint,
              PRIMARY KEY (tenant_id, ds_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            );
            \(policies(on: manifestTables))
            """)
}
