extension Migration {
    /// Records, and what was missed of them, name their DataSource by a number: there are many of them, and each stands in two indexes, which are half as
    /// large and compared faster than with the DataSource's id in them. What has a fixed width comes first in a row, so that
    /// its place in it is known.
    ///
    /// Keys and feeds begin with the number, and have the tenant behind it, by which the table can be distributed.
    static let numberedRecords = Migration(
        name: "0007-numbered-records",
        sql: """
            -- A whole table is read: the settings of the store's own statements aren't meant for that.
            SET LOCAL enable_seqscan = on;
            SET LOCAL enable_hashjoin = on;

            ALTER TABLE source_sync ADD COLUMN source_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
            ALTER TABLE source_sync ADD UNIQUE (tenant_id, source_no);

            CREATE TABLE numbered_records (
              source_no bigint NOT NULL,
              hash_high bigint NOT NULL,
              hash_low bigint NOT NULL,
              version bigint NOT NULL,
              seq bigint NOT NULL,
              born bigint NOT NULL,
              created_at bigint NOT NULL,
              updated_at bigint NOT NULL,
              entity_no integer NOT NULL,
              deleted_at bigint,
              tenant_id text COLLATE "C" NOT NULL DEFAULT current_setting('tributary.tenant'),
              key bytea NOT NULL,
              run bytea,
              data bytea
            );
            INSERT INTO numbered_records (source_no, hash_high, hash_low, version, seq, born, created_at, updated_at,
              entity_no, deleted_at, tenant_id, key, run, data)
            SELECT s.source_no, r.hash_high, r.hash_low, r.version, r.seq, r.born, r.created_at, r.updated_at, r.entity_no,
              r.deleted_at, r.tenant_id, r.key, r.run, r.data
            FROM records r JOIN source_sync s ON s.tenant_id = r.tenant_id AND s.ds_id = r.ds_id;
            DROP TABLE records;
            ALTER TABLE numbered_records RENAME TO records;
            ALTER TABLE records ADD CONSTRAINT records_pkey PRIMARY KEY (source_no, entity_no, key, tenant_id);
            CREATE UNIQUE INDEX records_feed ON records (source_no, seq, tenant_id);
            CREATE INDEX records_tombstones ON records (source_no, deleted_at, tenant_id) WHERE deleted_at IS NOT NULL;

            CREATE TABLE numbered_absent (
              source_no bigint NOT NULL,
              entity_no integer NOT NULL,
              tenant_id text COLLATE "C" NOT NULL,
              key bytea NOT NULL
            );
            INSERT INTO numbered_absent (source_no, entity_no, tenant_id, key)
            SELECT s.source_no, a.entity_no, a.tenant_id, a.key
            FROM absent a JOIN source_sync s ON s.tenant_id = a.tenant_id AND s.ds_id = a.ds_id;
            DROP TABLE absent;
            ALTER TABLE numbered_absent RENAME TO absent;
            ALTER TABLE absent ADD CONSTRAINT absent_pkey PRIMARY KEY (source_no, entity_no, key, tenant_id);

            \(policies(on: ["records", "absent"]))
            """)
}
