import Domain
import StoreAPI
import StoreRows

/// What waits for a worker or for the clock, over all tenants: ids only, in a read transaction of its own.
struct WaitingWork {
    /// Tenants with queued runs that are looked at in one pick.
    private static let maxTenants = 10_000

    private struct Tenant {
        let id: TenantID
        let running: Int
        let firstRunAfter: Timestamp
    }

    private struct Candidate {
        let run: RunReference
        let running: Int
        let runAfter: Timestamp
    }

    let connection: Connection
    let now: Timestamp

    /// Fewest running runs of the tenant first (Invariant 5), then `run_after`. The cost follows the number of tenants that wait, not
    /// of runs.
    func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) throws -> [RunReference] {
        let running = try runningCounts()
        let taken = try takenHosts(hostLimit)
        var waiting: [Candidate] = []
        let classes = Dictionary(grouping: try waitingTenants(running, below: tenantLimit), by: \.running)
        for (_, tenants) in classes.sorted(by: { $0.key < $1.key }) {
            // The first runs of a class belong to the tenants whose own first run comes first.
            for tenant in tenants.sorted(by: { $0.firstRunAfter < $1.firstRunAfter }).prefix(limit) {
                waiting += try queued(of: tenant, limit: limit, without: taken[tenant.id] ?? [])
            }
            if waiting.count >= limit { break }
        }
        let candidates = (waiting + (try expired(limit: limit, running: running))).sorted { left, right in
            (left.running, left.runAfter, left.run.run) < (right.running, right.runAfter, right.run.run)
        }
        return candidates.prefix(limit).map { candidate in
            var run = candidate.run
            run.busyness = candidate.running
            return run
        }
    }

    func dueSources(limit: Int) throws -> [SourceReference] {
        try connection.all(
            """
            SELECT tenant_id, ds_id FROM datasources INDEXED BY datasources_due
            WHERE next_sync_at IS NOT NULL AND deleted_at IS NULL AND next_sync_at <= ?1
            ORDER BY next_sync_at LIMIT ?2
            """, now, limit
        ) { row in SourceReference(tenant: try row.tenant(), source: try row.id()) }
    }

    /// Goes through two indexes that hold nothing but what is counted.
    func backlog() throws -> Backlog {
        let queued = try connection.integer(
            "SELECT count(*) FROM runs INDEXED BY runs_queued WHERE status = 'queued'")
        let running = try connection.integer(
            "SELECT count(*) FROM runs INDEXED BY runs_running WHERE status = 'running'")
        return Backlog(queued: queued, running: running)
    }

    /// Goes from tenant to tenant through the primary keys, so the cost doesn't follow the number of rows.
    func tenants(after: TenantID?, limit: Int) throws -> [TenantID] {
        var found: [TenantID] = []
        var last = after?.rawValue ?? ""
        while found.count < limit {
            let next = try connection.first(
                """
                SELECT tenant FROM (
                  SELECT min(tenant_id) AS tenant FROM datasources WHERE tenant_id > ?1
                  UNION ALL SELECT min(tenant_id) FROM audit WHERE tenant_id > ?1
                  UNION ALL SELECT min(tenant_id) FROM kept_answers WHERE tenant_id > ?1)
                WHERE tenant IS NOT NULL ORDER BY tenant LIMIT 1
                """, last
            ) { row in try row.tenant() }
            guard let next else { break }
            found.append(next)
            last = next.rawValue
        }
        return found
    }

    /// Runs under a valid lease, by tenant: an expired one has nobody, so it doesn't count against its own claim.
    private func runningCounts() throws -> [TenantID: Int] {
        let counts = try connection.all(
            """
            SELECT tenant_id, count(*) FROM runs INDEXED BY runs_running
            WHERE status = 'running' AND (lease_until IS NULL OR lease_until > ?1) GROUP BY tenant_id
            """, now
        ) { row in (try row.tenant(), row.int()) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    /// Hosts on which a tenant has as many running as it may.
    private func takenHosts(_ limit: Int) throws -> [TenantID: [String]] {
        let hosts = try connection.all(
            """
            SELECT tenant_id, host FROM runs INDEXED BY runs_running
            WHERE status = 'running' AND (lease_until IS NULL OR lease_until > ?1) AND host IS NOT NULL
            GROUP BY tenant_id, host HAVING count(*) >= ?2
            """, now, limit
        ) { row in (tenant: try row.tenant(), host: try row.text()) }
        return Dictionary(grouping: hosts, by: \.tenant).mapValues { $0.map(\.host) }
    }

    private func expired(limit: Int, running: [TenantID: Int]) throws -> [Candidate] {
        try connection.all(
            """
            SELECT tenant_id, ds_id, run_id, run_after FROM runs INDEXED BY runs_running
            WHERE status = 'running' AND lease_until <= ?1 ORDER BY lease_until LIMIT ?2
            """, now, limit
        ) { row in
            let run = RunReference(tenant: try row.tenant(), source: try row.id(), run: try row.id())
            return Candidate(run: run, running: running[run.tenant] ?? 0, runAfter: row.time())
        }
    }

    /// Goes from tenant to tenant through the index, one step each.
    private func waitingTenants(_ running: [TenantID: Int], below limit: Int) throws -> [Tenant] {
        var tenants: [Tenant] = []
        var last = ""
        for _ in 0..<Self.maxTenants {
            let next = try connection.first(
                """
                SELECT tenant_id, run_after FROM runs INDEXED BY runs_queued
                WHERE status = 'queued' AND tenant_id > ?1 ORDER BY tenant_id, run_after LIMIT 1
                """, last
            ) { row in
                let id = try row.tenant()
                return Tenant(id: id, running: running[id] ?? 0, firstRunAfter: row.time())
            }
            guard let next else { break }
            last = next.id.rawValue
            if next.firstRunAfter <= now, next.running < limit { tenants.append(next) }
        }
        return tenants
    }

    private func queued(of tenant: Tenant, limit: Int, without hosts: [String]) throws -> [Candidate] {
        try connection.all(
            """
            SELECT ds_id, run_id, run_after FROM runs INDEXED BY runs_queued
            WHERE status = 'queued' AND tenant_id = ?1 AND run_after <= ?2
              AND (?4 = '[]' OR host IS NULL OR host NOT IN (SELECT value FROM json_each(?4)))
            ORDER BY run_after, run_id LIMIT ?3
            """, tenant.id, now, limit, StoredDocument.strings(hosts)
        ) { row in
            let run = RunReference(tenant: tenant.id, source: try row.id(), run: try row.id())
            return Candidate(run: run, running: tenant.running, runAfter: row.time())
        }
    }
}
