import Domain
import StoreRows

/// One entity of one DataSource, among those of all tenants.
struct EntityName: Sendable, Hashable {
    let tenant: TenantID
    let source: DataSourceID
    /// The DataSource's number, by which its records name it.
    let sourceNumber: Int64
    let number: Int64
}

/// Where a sweep goes on, as long as nobody else wrote: the feed's place tells, whichever process wrote.
struct SweepPosition: Sendable {
    /// The last key that it dealt with.
    let key: [UInt8]
    let feedSeq: Int64
}

typealias SeenRecords = StoreRows.SeenRecords<EntityName, SweepPosition>
typealias SeenChange = StoreRows.SeenChange<EntityName, SweepPosition>
typealias SweepKey = StoreRows.SweepKey<EntityName>
