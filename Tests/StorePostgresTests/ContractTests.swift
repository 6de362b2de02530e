import StoreContract
import StorePostgres
import TestSupport
import Testing

@Suite("The PostgreSQL store")
struct ContractTests {
    /// Each has its own connections, and a server takes only so many.
    private static let turnstile = Turnstile(8)

    @Test("keeps the storage contract", arguments: StoreCheck.all)
    func contract(_ check: StoreCheck) async throws {
        try await Self.turnstile.pass {
            let database = try await Cluster.database()
            try await check.run { clock in try database.store(clock, sourceText: StoreCheck.sourceText) }
        }
    }
}
