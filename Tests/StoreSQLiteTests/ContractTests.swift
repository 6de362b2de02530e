import StoreContract
import StoreSQLite
import TestSupport
import Testing

@Suite("The SQLite store")
struct ContractTests {
    @Test("keeps the storage contract", arguments: StoreCheck.all)
    func contract(_ check: StoreCheck) async throws {
        let folder = try TemporaryFolder()
        try await check.run { clock in
            try SQLiteStore(path: folder.path + "/data/test.db", clock: clock, sourceText: StoreCheck.sourceText)
        }
    }
}
