extension Migration {
    /// Ends sessions whose processes say nothing while they hold locks, where the server's own limit doesn't.
    ///
    /// A transaction is idle, and `idle_in_transaction_session_timeout` ends it, while the server waits for a message. It
    /// isn't between the messages of one statement, such as its values and the order to run it, nor while an answer is
    /// being sent; and a session that waits for its client heeds no `statement_timeout` (PostgreSQL 15, `ProcessInterrupts`). A process
    /// that is frozen there holds its locks until it wakes. Answers how many sessions were ended, once they are gone.
    static let frozenSessions = Migration(
        name: "0005-frozen-sessions",
        sql: """
            CREATE FUNCTION end_frozen_sessions() RETURNS bigint
              LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid, 1000)) FROM pg_stat_activity a
            WHERE a.datname = current_database() AND a.application_name = 'tributary'
              AND a.pid <> pg_backend_pid() AND a.backend_xid IS NOT NULL AND a.wait_event_type = 'Client'
              AND a.state_change < statement_timestamp()
                - current_setting('idle_in_transaction_session_timeout')::interval
              AND pg_has_role(current_user, a.usename, 'USAGE')
            $$;

            REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA tributary FROM PUBLIC
            """)
}
