import CannedServer
import Testing

@testable import tributary

@Suite("The audit on the command line")
struct AuditCommandTests {
    private static let page = CannedServer.Answer(
        200,
        """
        {"items":[{"id":"evt_1","tenant_id":"acme","at":"2026-03-01T10:00:00.000Z","actor":"ann","actor_app_id":null,
        "action":"datasource.update","resource_type":"datasource","resource_id":"ds_1","changes":["config.path","name"],
        "request_id":"r","address":"192.0.2.7"}],"next_cursor":"c2","total":7}
        """)

    @Test("is a table of who did what to which, and says how to go on")
    func table() async throws {
        let outcome = try await Script().run(
            [
                "audit", "--action", "datasource.update", "--resource", "ds_1", "--actor", "ann", "--after",
                "2026-01-01T00:00:00Z", "--limit", "1",
            ], answers: [Self.page])
        #expect(outcome.code == 0)
        let filters = "action=datasource.update&resource_id=ds_1&actor=ann&created_after=2026-01-01T00%3A00%3A00Z"
        #expect(outcome.requests.map(\.target) == ["/api/v1/audit?\(filters)&limit=1"])
        #expect(
            outcome.output.contains(
                "2026-03-01 10:00:00Z  ann    datasource.update  ds_1      config.path, name  192.0.2.7"))
        #expect(outcome.errors.contains("more of 7: --cursor c2"))
    }

    @Test("is JSON when that is asked for")
    func json() async throws {
        let outcome = try await Script().run(["audit", "--json"], answers: [Self.page])
        #expect(outcome.output.contains(#""evt_1""#) && outcome.output.contains(#""192.0.2.7""#))
    }
}
