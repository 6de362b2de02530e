package import Domain
import StoreAPI

/// Records until their bodies amount to what one answer may hold in memory (Invariant 8).
package struct RecordPage {
    package private(set) var records: [StoredRecord] = []
    private var bytes = 0

    package init() {}

    /// False when the page is full.
    package mutating func append(_ record: StoredRecord) -> Bool {
        records.append(record)
        bytes += record.body?.count ?? 0
        return bytes < maxPageBytes
    }
}
