import CannedServer
import Testing

@testable import tributary

@Suite("Applications on the command line")
struct ApplicationCommandTests {
    private static let application = """
        {"id":"app_1","tenant_id":"acme","name":"Nightly export","scope":"datasources:read records:read",
        "created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-01T10:00:00.000Z","created_by":"ann",
        "updated_by":"ann","is_deleted":false,"deleted_at":null,"deleted_by":null}
        """

    private static func key(_ more: String = "") -> String {
        """
        {"id":"key_1","application_id":"app_1","name":"ci","prefix":"trib_1","created_at":"2026-03-01T10:00:00.000Z",
        "created_by":"ann","expires_at":null,"last_used_at":"2026-03-02T10:00:00.000Z","revoked_at":null\(more)}
        """
    }

    private static func page(_ item: String) -> CannedServer.Answer {
        .init(200, #"{"items":[\#(item)],"next_cursor":"c2","total":7}"#)
    }

    @Test("lists Applications as a table and says how to go on")
    func list() async throws {
        let outcome = try await Script().run(
            ["applications", "list", "--include-deleted", "--limit", "1"], answers: [Self.page(Self.application)])
        #expect(outcome.code == 0)
        #expect(outcome.requests.map(\.target) == ["/api/v1/applications?limit=1&include_deleted=true"])
        #expect(outcome.output.contains("app_1  Nightly export  datasources:read records:read  2026-03-01 10:00:00Z"))
        #expect(outcome.errors.contains("more of 7: --cursor c2"))
    }

    @Test("registers, changes, restores and deletes")
    func change() async throws {
        let made = try await Script().run(
            ["applications", "create", "--name", "Nightly export", "--scope", "records:read"],
            answers: [.init(201, Self.application)])
        #expect(made.requests.map(\.body) == [#"{"name":"Nightly export","scope":"records:read"}"#])
        #expect(made.errors.contains("tributary applications keys create app_1"))
        let changed = try await Script().run(
            ["applications", "update", "app_1", "--name", "x", "--restore"], answers: [.init(200, Self.application)])
        #expect(changed.requests.map(\.body) == [#"{"name":"x","is_deleted":false}"#])
        let gone = try await Script().run(["applications", "delete", "app_1"], answers: [.init(204)])
        #expect(gone.code == 0 && gone.requests.map(\.method) == ["DELETE"])
        #expect(await Script().run("applications", "update", "app_1").code == 2)
    }

    @Test("a new key's secret is all of standard output, so that it can be put away unseen")
    func newKey() async throws {
        let secret = #","secret":"trib_1_abc""#
        let outcome = try await Script().run(
            ["applications", "keys", "create", "app_1", "--name", "ci", "--expires", "2027-01-01T00:00:00Z"],
            answers: [.init(201, Self.key(secret))])
        #expect(outcome.code == 0 && outcome.output == "trib_1_abc\n")
        #expect(outcome.requests.map(\.target) == ["/api/v1/applications/app_1/keys"])
        #expect(outcome.requests.map(\.body) == [#"{"name":"ci","expires_at":"2027-01-01T00:00:00Z"}"#])
        #expect(!outcome.errors.contains("trib_1_abc"))
        let json = try await Script().run(
            ["applications", "keys", "create", "app_1", "--json"], answers: [.init(201, Self.key(secret))])
        #expect(json.output.contains(#""secret":"trib_1_abc""#))
    }

    @Test("lists and revokes keys")
    func keys() async throws {
        let listed = try await Script().run(
            ["applications", "keys", "list", "app_1"], answers: [Self.page(Self.key())])
        #expect(listed.output.contains("key_1  ci    2026-03-01 10:00:00Z  2026-03-02 10:00:00Z  -        -"))
        let revoked = try await Script().run(
            ["applications", "keys", "revoke", "app_1", "key_1"], answers: [.init(204)])
        #expect(
            revoked.requests.map { "\($0.method) \($0.target)" } == ["DELETE /api/v1/applications/app_1/keys/key_1"])
    }
}
