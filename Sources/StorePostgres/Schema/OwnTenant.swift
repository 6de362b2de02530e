extension Migration {
    /// A record that names no tenant is its transaction's: COPY, which isn't subject to the table's policy, names none.
    static let ownTenant = Migration(
        name: "0006-own-tenant",
        sql: "ALTER TABLE records ALTER COLUMN tenant_id SET DEFAULT current_setting('tributary.tenant')")
}
