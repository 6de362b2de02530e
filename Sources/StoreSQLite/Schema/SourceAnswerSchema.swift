extension Migration {
    /// What makes reading DataSources cheap however many there are: their answers' texts, how many a scope has, and an index
    /// for every order. Triggers count, so that no statement can forget to.
    static let sourceAnswers = Migration(
        name: "0004-source-answers",
        sql: """
            ALTER TABLE datasources ADD COLUMN text_version INTEGER;
            ALTER TABLE datasources ADD COLUMN text BLOB;

            CREATE INDEX datasources_updated ON datasources (tenant_id, updated_at, ds_id)
              WHERE deleted_at IS NULL;
            CREATE INDEX datasources_last_sync ON datasources (tenant_id, last_sync_at, ds_id)
              WHERE deleted_at IS NULL;
            CREATE INDEX datasources_next_sync ON datasources (tenant_id, next_sync_at, ds_id)
              WHERE deleted_at IS NULL;

            CREATE INDEX datasources_app ON datasources (tenant_id, app_id, created_at, ds_id)
              WHERE deleted_at IS NULL AND app_id IS NOT NULL;

            -- A DataSource without an Application counts under the empty name.
            CREATE TABLE source_counts (
              tenant_id TEXT NOT NULL,
              app_id TEXT NOT NULL,
              live INTEGER NOT NULL,
              deleted INTEGER NOT NULL,
              PRIMARY KEY (tenant_id, app_id)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO source_counts
              SELECT tenant_id, coalesce(app_id, ''), sum(deleted_at IS NULL), sum(deleted_at IS NOT NULL)
              FROM datasources GROUP BY 1, 2;
            CREATE TRIGGER datasources_inserted AFTER INSERT ON datasources BEGIN
              INSERT INTO source_counts
                VALUES (new.tenant_id, coalesce(new.app_id, ''), new.deleted_at IS NULL, new.deleted_at IS NOT NULL)
                ON CONFLICT DO UPDATE SET live = live + excluded.live, deleted = deleted + excluded.deleted;
            END;
            CREATE TRIGGER datasources_deleted AFTER UPDATE OF deleted_at ON datasources
              WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
              UPDATE source_counts
                SET live = live + (new.deleted_at IS NULL) - (old.deleted_at IS NULL),
                  deleted = deleted + (old.deleted_at IS NULL) - (new.deleted_at IS NULL)
                WHERE tenant_id = new.tenant_id AND app_id = coalesce(new.app_id, '');
            END;
            CREATE TRIGGER datasources_removed AFTER DELETE ON datasources BEGIN
              UPDATE source_counts
                SET live = live - (old.deleted_at IS NULL), deleted = deleted - (old.deleted_at IS NOT NULL)
                WHERE tenant_id = old.tenant_id AND app_id = coalesce(old.app_id, '');
            END;
            """)
}
