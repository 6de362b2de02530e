import Domain
import StoreAPI
import StoreRows

/// Sealed answers to requests with an `Idempotency-Key`.
struct KeptAnswerTable: KeptAnswerRows {
    let transaction: PostgresTransaction

    func find(_ id: [UInt8]) throws -> KeptAnswerRow? {
        try transaction.link.first(
            "SELECT created_at, fingerprint, answer FROM kept_answers WHERE tenant_id = $1 AND answer_id = $2",
            transaction.scope.tenant, id
        ) { row in
            KeptAnswerRow(id: id, createdAt: row.time(), fingerprint: row.blob(), answer: row.blob())
        }
    }

    func insert(_ row: KeptAnswerRow, replacingThoseBefore time: Timestamp) throws -> Bool {
        let changed = try transaction.link.run(
            """
            INSERT INTO kept_answers AS kept (tenant_id, answer_id, created_at, fingerprint, answer) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tenant_id, answer_id) DO UPDATE
              SET created_at = excluded.created_at, fingerprint = excluded.fingerprint, answer = excluded.answer
              WHERE kept.created_at < $6
            """, transaction.scope.tenant, row.id, row.createdAt, row.fingerprint, row.answer, time)
        return changed == 1
    }

    func replace(_ row: KeptAnswerRow) throws {
        try transaction.link.run(
            "UPDATE kept_answers SET answer = $4 WHERE tenant_id = $1 AND answer_id = $2 AND created_at = $3",
            transaction.scope.tenant, row.id, row.createdAt, row.answer)
    }

    func purge(before time: Timestamp, limit: Int) throws -> Int {
        guard transaction.scope.app == nil else { return 0 }
        return try transaction.link.run(
            """
            DELETE FROM kept_answers WHERE tenant_id = $1 AND answer_id IN (
              SELECT answer_id FROM kept_answers WHERE tenant_id = $1 AND created_at < $2 ORDER BY created_at LIMIT $3)
            """, transaction.scope.tenant, time, limit)
    }
}
