extension Migration {
    /// The audit in the order in which it is listed. A resource's own rows are found by its id; other filters go through
    /// the tenant's rows.
    static let idempotencyAndAudit = Migration(
        name: "0003-idempotency-and-audit",
        sql: """
            CREATE TABLE audit (
              tenant_id TEXT NOT NULL,
              at INTEGER NOT NULL,
              event_id TEXT NOT NULL,
              app_id TEXT,
              actor TEXT NOT NULL,
              actor_app_id TEXT,
              action TEXT NOT NULL,
              resource_type TEXT NOT NULL,
              resource_id TEXT NOT NULL,
              changes TEXT NOT NULL,
              request_id TEXT,
              address TEXT,
              PRIMARY KEY (tenant_id, at, event_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_resource ON audit (tenant_id, resource_id, at, event_id);

            -- `answer_id` is a code of the principal and the key that the client chose; `answer` is sealed.
            CREATE TABLE kept_answers (
              tenant_id TEXT NOT NULL,
              answer_id BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              fingerprint BLOB NOT NULL,
              answer BLOB NOT NULL,
              PRIMARY KEY (tenant_id, answer_id)
            ) STRICT;
            CREATE INDEX kept_answers_age ON kept_answers (tenant_id, created_at);
            """)
}
