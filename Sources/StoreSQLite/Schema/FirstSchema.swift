extension Migration {
    /// Ids of tenants, DataSources and runs are text outside and in small tables. Records, by the million, hang from
    /// integers: `source_no` is looked up by tenant and id once a transaction, so every statement stands under a tenant.
    static let firstSchema = Migration(
        name: "0001-first",
        sql: """
            CREATE TABLE datasources (
              tenant_id TEXT NOT NULL,
              ds_id TEXT NOT NULL,
              app_id TEXT,
              created_at INTEGER NOT NULL,
              updated_at INTEGER NOT NULL,
              created_by TEXT NOT NULL,
              updated_by TEXT NOT NULL,
              provenance TEXT NOT NULL,
              source_type TEXT NOT NULL,
              deleted_at INTEGER,
              deleted_by TEXT,
              schema_version INTEGER NOT NULL,
              name TEXT NOT NULL,
              name_folded TEXT NOT NULL,
              type TEXT NOT NULL,
              status TEXT NOT NULL,
              last_sync_at INTEGER,
              next_sync_at INTEGER,
              synced_entities TEXT NOT NULL,
              config TEXT NOT NULL,
              secrets BLOB NOT NULL,
              schedule TEXT,
              entities TEXT,
              last_error TEXT,
              consecutive_failures INTEGER NOT NULL,
              config_version INTEGER NOT NULL,
              sync_version INTEGER NOT NULL,
              PRIMARY KEY (tenant_id, ds_id)
            ) STRICT;
            CREATE INDEX datasources_created ON datasources (tenant_id, deleted_at, created_at, ds_id);
            CREATE INDEX datasources_name ON datasources (tenant_id, deleted_at, name, ds_id);
            CREATE INDEX datasources_due ON datasources (next_sync_at)
              WHERE next_sync_at IS NOT NULL AND deleted_at IS NULL;

            CREATE TABLE source_sync (
              source_no INTEGER PRIMARY KEY,
              tenant_id TEXT NOT NULL,
              ds_id TEXT NOT NULL,
              app_id TEXT,
              fence INTEGER NOT NULL,
              batch_no INTEGER NOT NULL,
              feed_seq INTEGER NOT NULL,
              feed_epoch INTEGER NOT NULL,
              purged_through INTEGER NOT NULL,
              generation INTEGER NOT NULL,
              UNIQUE (tenant_id, ds_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            ) STRICT;

            -- `live` and `kept` (live and tombstones) are counted with every write of records. `generation` is NULL
            -- until a state of the entity was saved.
            CREATE TABLE entities (
              entity_no INTEGER PRIMARY KEY,
              source_no INTEGER NOT NULL REFERENCES source_sync ON DELETE CASCADE,
              name TEXT NOT NULL,
              live INTEGER NOT NULL DEFAULT 0,
              kept INTEGER NOT NULL DEFAULT 0,
              state BLOB,
              generation INTEGER,
              is_complete INTEGER NOT NULL DEFAULT 0,
              full_read_at INTEGER,
              primary_key TEXT NOT NULL DEFAULT '[]',
              deletes_to_review INTEGER,
              UNIQUE (source_no, name)
            ) STRICT;

            -- Without a declared foreign key, whose check would cost a look-up for each record. `data` comes last so
            -- that no other column lies behind a long body.
            CREATE TABLE records (
              id INTEGER PRIMARY KEY,
              source_no INTEGER NOT NULL,
              entity_no INTEGER NOT NULL,
              key BLOB NOT NULL,
              hash_high INTEGER NOT NULL,
              hash_low INTEGER NOT NULL,
              version INTEGER NOT NULL,
              seq INTEGER NOT NULL,
              created_at INTEGER NOT NULL,
              updated_at INTEGER NOT NULL,
              deleted_at INTEGER,
              run BLOB,
              data BLOB
            ) STRICT;
            CREATE UNIQUE INDEX records_key ON records (entity_no, key);
            CREATE UNIQUE INDEX records_feed ON records (source_no, seq);
            CREATE INDEX records_tombstones ON records (source_no, deleted_at) WHERE deleted_at IS NOT NULL;

            -- Records that the newest complete read of their entity didn't meet.
            CREATE TABLE absent (
              entity_no INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE,
              record_id INTEGER NOT NULL,
              PRIMARY KEY (entity_no, record_id)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE runs (
              tenant_id TEXT NOT NULL,
              ds_id TEXT NOT NULL,
              run_id TEXT NOT NULL,
              app_id TEXT,
              cause TEXT NOT NULL,
              requested_mode TEXT,
              requested_entities TEXT,
              allows_deletes INTEGER NOT NULL,
              status TEXT NOT NULL,
              attempt INTEGER NOT NULL,
              fruitless_claims INTEGER NOT NULL,
              created_at INTEGER NOT NULL,
              scheduled_for INTEGER,
              run_after INTEGER NOT NULL,
              started_at INTEGER,
              finished_at INTEGER,
              worker_id TEXT,
              fence INTEGER,
              lease_until INTEGER,
              entities TEXT NOT NULL,
              error TEXT,
              PRIMARY KEY (tenant_id, ds_id, run_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            ) STRICT;
            CREATE UNIQUE INDEX runs_active ON runs (tenant_id, ds_id) WHERE status IN ('queued', 'running');
            CREATE UNIQUE INDEX runs_tick ON runs (tenant_id, ds_id, scheduled_for) WHERE scheduled_for IS NOT NULL;
            CREATE INDEX runs_queued ON runs (tenant_id, run_after, run_id) WHERE status = 'queued';
            CREATE INDEX runs_due ON runs (run_after) WHERE status = 'queued';
            CREATE INDEX runs_running ON runs (tenant_id, lease_until) WHERE status = 'running';
            CREATE INDEX runs_finished ON runs (tenant_id, finished_at) WHERE finished_at IS NOT NULL;

            CREATE TABLE rejects (
              tenant_id TEXT NOT NULL,
              ds_id TEXT NOT NULL,
              run_id TEXT NOT NULL,
              position INTEGER NOT NULL,
              entity TEXT NOT NULL,
              reason TEXT NOT NULL,
              excerpt TEXT NOT NULL,
              PRIMARY KEY (tenant_id, ds_id, run_id, position),
              FOREIGN KEY (tenant_id, ds_id, run_id) REFERENCES runs ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE data_keys (
              tenant_id TEXT NOT NULL,
              key_id BLOB NOT NULL,
              version INTEGER NOT NULL,
              master_key_id TEXT NOT NULL,
              wrapped BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              PRIMARY KEY (tenant_id, key_id),
              UNIQUE (tenant_id, version)
            ) STRICT;

            CREATE TABLE issuer_keys (
              tenant_id TEXT NOT NULL,
              kid TEXT NOT NULL,
              sealed BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              PRIMARY KEY (tenant_id, kid)
            ) STRICT;
            """)
}
