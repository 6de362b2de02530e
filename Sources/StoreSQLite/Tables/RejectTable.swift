import Domain
import StoreAPI
import StoreRows

/// Items of runs that couldn't be stored: a bounded number each (Invariant 8).
extension RunTable {
    func insertRejects(_ rejects: [Reject], run: RunID, of source: DataSourceID) throws {
        guard !rejects.isEmpty else { return }
        guard try isInScope(source) else { throw SQLiteTransaction.missing(source.rawValue) }
        let connection = try transaction.connection
        let kept = try connection.integer(
            "SELECT max(position) FROM rejects WHERE tenant_id = ?1 AND ds_id = ?2 AND run_id = ?3",
            transaction.scope.tenant, source, run)
        try transaction.entirely {
            for (place, reject) in rejects.prefix(maxRejectsKept - kept).enumerated() {
                try connection.run(
                    """
                    INSERT INTO rejects (tenant_id, ds_id, run_id, position, entity, reason, excerpt)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                    """, transaction.scope.tenant, source, run, kept + place + 1, reject.entity, reject.reason,
                    reject.excerpt)
            }
        }
    }

    func rejects(
        of run: RunID, source: DataSourceID, after: Int64, limit: Int
    ) throws -> [(position: Int64, reject: Reject)] {
        guard try isInScope(source) else { return [] }
        return try transaction.connection.all(
            """
            SELECT position, entity, reason, excerpt FROM rejects
            WHERE tenant_id = ?1 AND ds_id = ?2 AND run_id = ?3 AND position > ?4 ORDER BY position LIMIT ?5
            """, transaction.scope.tenant, source, run, after, limit
        ) { row in
            let position = row.int64()
            return (position, Reject(entity: try row.text(), reason: try row.text(), excerpt: try row.text()))
        }
    }

    func rejectCount(of run: RunID, source: DataSourceID) throws -> Int {
        guard try isInScope(source) else { return 0 }
        return try transaction.connection.integer(
            "SELECT count(*) FROM rejects WHERE tenant_id = ?1 AND ds_id = ?2 AND run_id = ?3",
            transaction.scope.tenant, source, run)
    }
}
