extension Migration {
    /// Every key begins with the tenant, so that the tables can be distributed by it. Ids and names sort by their bytes.
    ///
    /// Where an index doesn't begin with the tenant, it serves a pick over all tenants.
    static let firstSchema = Migration(
        name: "0001-first",
        sql: """
            CREATE TABLE datasources (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C",
              created_at bigint NOT NULL,
              updated_at bigint NOT NULL,
              created_by text NOT NULL,
              updated_by text NOT NULL,
              provenance text NOT NULL,
              source_type text NOT NULL,
              deleted_at bigint,
              deleted_by text,
              schema_version bigint NOT NULL,
              name text COLLATE "C" NOT NULL,
              type text NOT NULL,
              status text NOT NULL,
              last_sync_at bigint,
              next_sync_at bigint,
              synced_entities text NOT NULL,
              config text NOT NULL,
              secrets bytea NOT NULL,
              schedule text,
              entities text,
              last_error text,
              consecutive_failures bigint NOT NULL,
              config_version bigint NOT NULL,
              sync_version bigint NOT NULL,
              name_folded text COLLATE "C" NOT NULL,
              text_version bigint,
              text bytea,
              PRIMARY KEY (tenant_id, ds_id)
            );
            CREATE INDEX datasources_created ON datasources (tenant_id, created_at, ds_id) WHERE deleted_at IS NULL;
            CREATE INDEX datasources_updated ON datasources (tenant_id, updated_at, ds_id) WHERE deleted_at IS NULL;
            CREATE INDEX datasources_name ON datasources (tenant_id, name, ds_id) WHERE deleted_at IS NULL;
            CREATE INDEX datasources_last_sync ON datasources (tenant_id, last_sync_at, ds_id)
              WHERE deleted_at IS NULL;
            CREATE INDEX datasources_next_sync ON datasources (tenant_id, next_sync_at, ds_id)
              WHERE deleted_at IS NULL;
            CREATE INDEX datasources_app ON datasources (tenant_id, app_id, created_at, ds_id)
              WHERE deleted_at IS NULL AND app_id IS NOT NULL;
            CREATE INDEX datasources_due ON datasources (next_sync_at)
              WHERE next_sync_at IS NOT NULL AND deleted_at IS NULL;

            CREATE TABLE source_sync (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C",
              fence bigint NOT NULL,
              batch_no bigint NOT NULL,
              feed_seq bigint NOT NULL,
              feed_epoch bigint NOT NULL,
              purged_through bigint NOT NULL,
              generation bigint NOT NULL,
              PRIMARY KEY (tenant_id, ds_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            );

            -- Numbered within their DataSource, under its lock. live and kept (live and tombstones) are counted with every
            -- write of records. generation is null until a state of the entity was saved.
            CREATE TABLE entities (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              entity_no integer NOT NULL,
              name text COLLATE "C" NOT NULL,
              live bigint NOT NULL DEFAULT 0,
              kept bigint NOT NULL DEFAULT 0,
              state bytea,
              generation bigint,
              is_complete boolean NOT NULL DEFAULT false,
              full_read_at bigint,
              primary_key text NOT NULL DEFAULT '[]',
              deletes_to_review bigint,
              PRIMARY KEY (tenant_id, ds_id, entity_no),
              UNIQUE (tenant_id, ds_id, name),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES source_sync ON DELETE CASCADE
            );

            -- Without a declared foreign key, whose check would cost a look-up for each record. born is the seq that the
            -- record had first: it tells records of a DataSource apart in little memory. data is null for a tombstone.
            CREATE TABLE records (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              entity_no integer NOT NULL,
              key bytea NOT NULL,
              hash_high bigint NOT NULL,
              hash_low bigint NOT NULL,
              version bigint NOT NULL,
              seq bigint NOT NULL,
              born bigint NOT NULL,
              created_at bigint NOT NULL,
              updated_at bigint NOT NULL,
              deleted_at bigint,
              run bytea,
              data bytea,
              PRIMARY KEY (tenant_id, ds_id, entity_no, key)
            );
            CREATE UNIQUE INDEX records_feed ON records (tenant_id, ds_id, seq);
            CREATE INDEX records_tombstones ON records (tenant_id, ds_id, deleted_at) WHERE deleted_at IS NOT NULL;

            -- Records that the newest complete read of their entity didn't meet.
            CREATE TABLE absent (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              entity_no integer NOT NULL,
              key bytea NOT NULL,
              PRIMARY KEY (tenant_id, ds_id, entity_no, key)
            );

            CREATE TABLE runs (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              run_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C",
              cause text NOT NULL,
              requested_mode text,
              requested_entities text,
              allows_deletes boolean NOT NULL,
              status text NOT NULL,
              attempt bigint NOT NULL,
              fruitless_claims bigint NOT NULL,
              created_at bigint NOT NULL,
              scheduled_for bigint,
              run_after bigint NOT NULL,
              started_at bigint,
              finished_at bigint,
              worker_id text,
              fence bigint,
              lease_until bigint,
              entities text NOT NULL,
              error text,
              host text,
              PRIMARY KEY (tenant_id, ds_id, run_id),
              FOREIGN KEY (tenant_id, ds_id) REFERENCES datasources ON DELETE CASCADE
            );
            CREATE UNIQUE INDEX runs_active ON runs (tenant_id, ds_id) WHERE status IN ('queued', 'running');
            CREATE UNIQUE INDEX runs_tick ON runs (tenant_id, ds_id, scheduled_for) WHERE scheduled_for IS NOT NULL;
            CREATE INDEX runs_queued ON runs (tenant_id, run_after, run_id) WHERE status = 'queued';
            CREATE INDEX runs_running ON runs (tenant_id, lease_until) WHERE status = 'running';
            CREATE INDEX runs_finished ON runs (tenant_id, finished_at) WHERE finished_at IS NOT NULL;

            CREATE TABLE rejects (
              tenant_id text COLLATE "C" NOT NULL,
              ds_id text COLLATE "C" NOT NULL,
              run_id text COLLATE "C" NOT NULL,
              position bigint NOT NULL,
              entity text NOT NULL,
              reason text NOT NULL,
              excerpt text NOT NULL,
              PRIMARY KEY (tenant_id, ds_id, run_id, position),
              FOREIGN KEY (tenant_id, ds_id, run_id) REFERENCES runs ON DELETE CASCADE
            );

            CREATE TABLE data_keys (
              tenant_id text COLLATE "C" NOT NULL,
              key_id bytea NOT NULL,
              version bigint NOT NULL,
              master_key_id text NOT NULL,
              wrapped bytea NOT NULL,
              created_at bigint NOT NULL,
              PRIMARY KEY (tenant_id, key_id),
              UNIQUE (tenant_id, version)
            );

            CREATE TABLE issuer_keys (
              tenant_id text COLLATE "C" NOT NULL,
              kid text COLLATE "C" NOT NULL,
              sealed bytea NOT NULL,
              created_at bigint NOT NULL,
              PRIMARY KEY (tenant_id, kid)
            );

            CREATE TABLE applications (
              tenant_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C" NOT NULL,
              created_at bigint NOT NULL,
              updated_at bigint NOT NULL,
              created_by text NOT NULL,
              updated_by text NOT NULL,
              deleted_at bigint,
              deleted_by text,
              name text NOT NULL,
              scope text NOT NULL,
              PRIMARY KEY (tenant_id, app_id)
            );
            CREATE INDEX applications_owner ON applications (app_id);

            CREATE TABLE api_keys (
              tenant_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C" NOT NULL,
              key_id text COLLATE "C" NOT NULL,
              name text,
              secret_hash bytea NOT NULL,
              created_at bigint NOT NULL,
              created_by text NOT NULL,
              expires_at bigint,
              last_used_at bigint,
              revoked_at bigint,
              PRIMARY KEY (tenant_id, app_id, key_id),
              FOREIGN KEY (tenant_id, app_id) REFERENCES applications ON DELETE CASCADE
            );

            CREATE TABLE audit (
              tenant_id text COLLATE "C" NOT NULL,
              at bigint NOT NULL,
              event_id text COLLATE "C" NOT NULL,
              app_id text COLLATE "C",
              actor text NOT NULL,
              actor_app_id text COLLATE "C",
              action text NOT NULL,
              resource_type text NOT NULL,
              resource_id text NOT NULL,
              changes text NOT NULL,
              request_id text,
              address text,
              PRIMARY KEY (tenant_id, at, event_id)
            );
            CREATE INDEX audit_resource ON audit (tenant_id, resource_id, at, event_id);

            CREATE TABLE kept_answers (
              tenant_id text COLLATE "C" NOT NULL,
              answer_id bytea NOT NULL,
              created_at bigint NOT NULL,
              fingerprint bytea NOT NULL,
              answer bytea NOT NULL,
              PRIMARY KEY (tenant_id, answer_id)
            );
            CREATE INDEX kept_answers_age ON kept_answers (tenant_id, created_at)
            """)
}
