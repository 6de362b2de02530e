extension Migration {
    /// Whoever asks for a token names an Application and no tenant, hence the index that doesn't begin with one.
    static let applications = Migration(
        name: "0002-applications",
        sql: """
            CREATE TABLE applications (
              tenant_id TEXT NOT NULL,
              app_id TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              updated_at INTEGER NOT NULL,
              created_by TEXT NOT NULL,
              updated_by TEXT NOT NULL,
              deleted_at INTEGER,
              deleted_by TEXT,
              name TEXT NOT NULL,
              scope TEXT NOT NULL,
              PRIMARY KEY (tenant_id, app_id)
            ) STRICT;
            CREATE INDEX applications_owner ON applications (app_id);

            CREATE TABLE api_keys (
              tenant_id TEXT NOT NULL,
              app_id TEXT NOT NULL,
              key_id TEXT NOT NULL,
              name TEXT,
              secret_hash BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              created_by TEXT NOT NULL,
              expires_at INTEGER,
              last_used_at INTEGER,
              revoked_at INTEGER,
              PRIMARY KEY (tenant_id, app_id, key_id),
              FOREIGN KEY (tenant_id, app_id) REFERENCES applications ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;
            """)
}
