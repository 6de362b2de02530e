extension Migration {
    /// The tables that belong to tenants.
    static let tenantTables = firstTenantTables + manifestTables

    private static let firstTenantTables = [
        "datasources", "source_sync", "entities", "records", "absent", "runs", "rejects", "data_keys", "issuer_keys",
        "applications", "api_keys", "audit", "kept_answers",
    ]

    /// A statement sees the rows of the tenant that its transaction names, and none where it names none: the setting is
    /// null then, or empty, and no row has either (Invariant 5). Not forced on the tables' owner, who makes copies and moves.
    static let policies = Migration(
        name: "0002-policies",
        sql: policies(on: firstTenantTables))

    /// Statements that close tables to all tenants but the transaction's.
    static func policies(on tables: [String]) -> String {
        tables.map { table in
            """
            ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;
            CREATE POLICY tenant ON \(table) USING (tenant_id = current_setting('tributary.tenant', true))
            """
        }.joined(separator: ";\n")
    }
}
