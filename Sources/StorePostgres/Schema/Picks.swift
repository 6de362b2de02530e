extension Migration {
    /// What is looked for over all tenants: functions of the tables' owner, since policies hide the rows from the pool's role.
    /// They answer ids and counts, never what a row says.
    ///
    /// Goes from tenant to tenant through the index, one step each: the cost of the claimable runs follows the tenants that
    /// wait, not their runs. The first runs of all belong to the tenants whose own first run comes first.
    static let picks = Migration(
        name: "0003-picks",
        sql: """
            CREATE FUNCTION database_time() RETURNS bigint LANGUAGE sql STABLE AS
              'SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint';

            CREATE FUNCTION claimable_runs(at_time bigint, most bigint, tenant_most bigint, host_most bigint)
              RETURNS TABLE (tenant_id text, ds_id text, run_id text, running bigint)
              LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tributary, pg_temp AS $$
            \(claimableRuns)
            $$;

            CREATE FUNCTION due_sources(at_time bigint, most bigint) RETURNS TABLE (tenant_id text, ds_id text)
              LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tributary, pg_temp AS $$
            SELECT d.tenant_id, d.ds_id FROM datasources d
            WHERE d.next_sync_at IS NOT NULL AND d.deleted_at IS NULL AND d.next_sync_at <= at_time
            ORDER BY d.next_sync_at LIMIT most
            $$;

            -- Goes from tenant to tenant through the primary keys.
            CREATE FUNCTION tenants_after(last text, most bigint) RETURNS TABLE (tenant_id text)
              LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tributary, pg_temp AS $$
            WITH RECURSIVE found(id) AS (
              SELECT last COLLATE "C"
              UNION ALL
              SELECT (SELECT min(n.id) FROM (
                SELECT (SELECT min(d.tenant_id) FROM datasources d WHERE d.tenant_id > f.id) AS id
                UNION ALL SELECT (SELECT min(a.tenant_id) FROM audit a WHERE a.tenant_id > f.id)
                UNION ALL SELECT (SELECT min(k.tenant_id) FROM kept_answers k WHERE k.tenant_id > f.id)) n)
              FROM found f WHERE f.id IS NOT NULL
            )
            SELECT f.id FROM found f WHERE f.id IS NOT NULL AND f.id > last COLLATE "C" LIMIT most
            $$;

            CREATE FUNCTION owner_of(application text) RETURNS TABLE (tenant_id text)
              LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tributary, pg_temp AS $$
            SELECT a.tenant_id FROM applications a WHERE a.app_id = application LIMIT 2
            $$;

            CREATE FUNCTION backlog() RETURNS TABLE (queued bigint, running bigint)
              LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tributary, pg_temp AS $$
            SELECT (SELECT count(*) FROM runs q WHERE q.status = 'queued'),
              (SELECT count(*) FROM runs r WHERE r.status = 'running')
            $$;

            REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA tributary FROM PUBLIC
            """)

    /// The claimable runs by a plan that a connection keeps: a function in SQL is planned at every call, which took six times
    /// as long as the look itself. Every part of it has its own partial index, whatever the table holds.
    static let keptPick = Migration(
        name: "0008-kept-pick",
        sql: """
            CREATE OR REPLACE FUNCTION claimable_runs(at_time bigint, most bigint, tenant_most bigint, host_most bigint)
              RETURNS TABLE (tenant_id text, ds_id text, run_id text, running bigint)
              LANGUAGE plpgsql STABLE SECURITY DEFINER
              SET search_path = tributary, pg_temp SET plan_cache_mode = force_generic_plan AS $$
            #variable_conflict use_column
            BEGIN
            RETURN QUERY
            \(claimableRuns);
            END
            $$
            """)

    private static let claimableRuns = """
        WITH RECURSIVE waiting AS (
          (SELECT q.tenant_id, q.run_after FROM runs q WHERE q.status = 'queued'
            ORDER BY q.tenant_id, q.run_after LIMIT 1)
          UNION ALL
          SELECT n.tenant_id, n.run_after FROM waiting w CROSS JOIN LATERAL (
            SELECT q.tenant_id, q.run_after FROM runs q
            WHERE q.status = 'queued' AND q.tenant_id > w.tenant_id
            ORDER BY q.tenant_id, q.run_after LIMIT 1) n
        ), busy AS (
          SELECT b.tenant_id, count(*) AS running FROM runs b
          WHERE b.status = 'running' AND (b.lease_until IS NULL OR b.lease_until > at_time) GROUP BY b.tenant_id
        ), taken AS (
          SELECT t.tenant_id, t.host FROM runs t
          WHERE t.status = 'running' AND (t.lease_until IS NULL OR t.lease_until > at_time) AND t.host IS NOT NULL
          GROUP BY t.tenant_id, t.host HAVING count(*) >= host_most
        ), calm AS (
          SELECT w.tenant_id, coalesce(b.running, 0) AS running FROM waiting w LEFT JOIN busy b USING (tenant_id)
          WHERE w.run_after <= at_time AND coalesce(b.running, 0) < tenant_most
          ORDER BY coalesce(b.running, 0), w.run_after LIMIT most
        ), due AS (
          SELECT c.tenant_id, r.ds_id, r.run_id, c.running, r.run_after FROM calm c CROSS JOIN LATERAL (
            SELECT q.ds_id, q.run_id, q.run_after FROM runs q
            WHERE q.tenant_id = c.tenant_id AND q.status = 'queued' AND q.run_after <= at_time
              AND NOT EXISTS (SELECT 1 FROM taken k WHERE k.tenant_id = q.tenant_id AND k.host = q.host)
            ORDER BY q.run_after, q.run_id LIMIT most) r
        ), expired AS (
          SELECT e.tenant_id, e.ds_id, e.run_id, coalesce(b.running, 0) AS running, e.run_after
          FROM runs e LEFT JOIN busy b USING (tenant_id)
          WHERE e.status = 'running' AND e.lease_until <= at_time ORDER BY e.lease_until LIMIT most
        )
        SELECT f.tenant_id, f.ds_id, f.run_id, f.running FROM (TABLE due UNION ALL TABLE expired) f
        ORDER BY f.running, f.run_after, f.run_id LIMIT most
        """
}
