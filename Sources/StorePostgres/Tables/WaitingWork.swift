import Domain
import StoreAPI
import StoreRows

/// What waits for a worker or for the clock, over all tenants: ids only, by functions of the tables' owner.
struct WaitingWork {
    let link: Link
    /// nil = the database's own time.
    let now: Timestamp?

    func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) throws -> [RunReference] {
        try link.all(
            """
            SELECT tenant_id, ds_id, run_id, running FROM claimable_runs(coalesce($1, database_time()), $2, $3, $4)
            """, now, limit, tenantLimit, hostLimit
        ) { row in
            RunReference(tenant: try row.tenant(), source: try row.id(), run: try row.id(), busyness: row.int())
        }
    }

    func dueSources(limit: Int) throws -> [SourceReference] {
        try link.all(
            "SELECT tenant_id, ds_id FROM due_sources(coalesce($1, database_time()), $2)", now, limit
        ) { row in SourceReference(tenant: try row.tenant(), source: try row.id()) }
    }

    func tenants(after: TenantID?, limit: Int) throws -> [TenantID] {
        try link.all(
            "SELECT tenant_id FROM tenants_after($1, $2)", after?.stored ?? TenantID.storedInstallation, limit
        ) { row in try row.tenant() }
    }

    /// nil also where more than one tenant has an Application of that id.
    func owner(of application: ApplicationID) throws -> TenantID? {
        let owners = try link.all("SELECT tenant_id FROM owner_of($1)", application) { row in try row.tenant() }
        return owners.count == 1 ? owners.first : nil
    }

    func backlog() throws -> Backlog {
        let backlog = try link.first("SELECT queued, running FROM backlog()") { row in
            Backlog(queued: row.int(), running: row.int())
        }
        guard let backlog else { throw Row.broken }
        return backlog
    }
}
