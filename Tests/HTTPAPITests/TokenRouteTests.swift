import Domain
import Foundation
import JSON
import StoreAPI
import TestSupport
import Testing

@Suite("Tokens by client credentials over HTTP")
struct TokenRouteTests {
    private let path = "/api/v1/auth/token"
    private let sources = "/api/v1/datasources"

    @Test("mints a token that carries tenant, Application, scope and key, and that nobody may keep")
    func minting() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        let reply = try await stage.mint(id, secret)
        #expect(reply.status == 200 && reply.header("Cache-Control") == "no-store", "\(reply.text)")
        #expect(reply.json["token_type"] == "Bearer" && reply.json["expires_in"] == 3600)
        #expect(reply.json["scope"] == "datasources:read datasources:write datasources:sync records:read")
        let token = try #require(reply.json["access_token"]?.stringValue)
        let created = try await stage.register(token: token)
        let source = try await stage.send(.get, "\(sources)/\(created)", token: token)
        #expect(source.json["tenant_id"] == "acme" && source.json["app_id"] == .string(id))
        #expect(source.json["created_by"] == .string(id))
        #expect(try await stage.send(.get, "/api/v1/applications", token: token).code == "auth.scope_missing")
    }

    /// One request in each form that clients send.
    private static let spellings: [@Sendable (String, String) -> (body: String, headers: [String: String])] = [
        { id, secret in
            (
                "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)&scope=records%3Aread&audience=x",
                ["Content-Type": "application/x-www-form-urlencoded"]
            )
        },
        { id, secret in
            (
                "grant_type=client_credentials&scope=records:read",
                [
                    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                    "Authorization": "Basic " + basic(id, secret),
                ]
            )
        },
        { id, secret in
            (
                #"{"grant_type": "client_credentials", "scope": "records:read", "client_id": "\#(id)"}"#,
                ["Authorization": "basic " + basic(id, secret)]
            )
        },
        { id, secret in
            (#"{"client_id": "\#(id)", "client_secret": "\#(secret)", "scope": "records:read", "more": [1]}"#, [:])
        },
    ]

    @Test("takes JSON, a form and HTTP Basic", arguments: spellings.indices)
    func spelling(_ number: Int) async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        let (body, headers) = Self.spellings[number](id, secret)
        let reply = try await stage.send(.post, path, bytes: Array(body.utf8), token: "", headers: headers)
        #expect(reply.status == 200 && reply.json["scope"] == "records:read", "\(reply.text)")
    }

    private static let form = ["Content-Type": "application/x-www-form-urlencoded"]
    private static let unreadable: [(String, [String: String], String)] = [
        ("", [:], "auth.invalid_request"), ("[]", [:], "auth.invalid_request"), ("{", [:], "body.malformed"),
        (#"{"client_id": "a"}"#, [:], "auth.invalid_request"),
        (#"{"client_id": 1, "client_secret": "b"}"#, [:], "auth.invalid_request"),
        (#"{"client_id": "a", "client_secret": ""}"#, [:], "auth.invalid_request"),
        (#"{"client_id": "a", "client_secret": "b", "grant_type": "password"}"#, [:], "auth.unsupported_grant_type"),
        (#"{"client_id": "a", "client_id": "b"}"#, [:], "body.duplicate_member"),
        ("client_id=a&client_id=b&client_secret=c", form, "auth.invalid_request"),
        ("client_id=%zz&client_secret=c", form, "auth.invalid_request"),
        ("{}", ["Content-Type": "text/plain"], "body.unsupported_type"),
        ("{}", ["Authorization": "Basic !"], "auth.invalid_request"),
        ("{}", ["Authorization": "Bearer x"], "auth.invalid_request"),
        (
            #"{"client_id": "a", "client_secret": "b"}"#, ["Authorization": "Basic " + basic("a", "b")],
            "auth.invalid_request"
        ),
        (#"{"client_id": "b"}"#, ["Authorization": "Basic " + basic("a", "b")], "auth.invalid_request"),
    ]

    @Test("refuses what can't be read, and says so in OAuth's words", arguments: unreadable)
    func malformed(_ body: String, _ headers: [String: String], _ code: String) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.post, path, bytes: Array(body.utf8), token: "", headers: headers)
        #expect((400..<416).contains(reply.status) && reply.status != 401 && reply.code == code, "\(reply.text)")
        if code.hasPrefix("auth.") {
            #expect(reply.json["error"] == .string(String(code.dropFirst("auth.".count))))
        }
    }

    @Test("every wrong, expired, revoked or deleted credential gets one and the same answer")
    func refusals() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        let (other, otherSecret) = try await stage.application()
        let (deleted, deletedSecret) = try await stage.application()
        _ = try await stage.send(.delete, "/api/v1/applications/\(deleted)")
        let later = JSONValue.string((stage.wallClock.now + .seconds(60)).rfc3339)
        let short = try await stage.send(.post, "/api/v1/applications/\(id)/keys", ["expires_at": later])
        let gone = try await stage.send(.post, "/api/v1/applications/\(id)/keys")
        let (shortKey, goneKey) = (
            try #require(short.json["secret"]?.stringValue), try #require(gone.json["secret"]?.stringValue)
        )
        #expect(try await stage.mint(id, shortKey).json["expires_in"] == 60)
        #expect(try await stage.mint(id, goneKey).status == 200)
        let goneID = try #require(gone.json["id"]?.stringValue)
        _ = try await stage.send(.delete, "/api/v1/applications/\(id)/keys/\(goneID)")
        stage.wallClock.advance(by: .seconds(60))
        let first = try await stage.mint("app_01ARZ3NDEKTSV4RRFFQ69G5FAV", secret)
        #expect(first.status == 401 && first.code == "auth.invalid_client" && first.json["error"] == "invalid_client")
        #expect(first.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
        let last = secret.hasSuffix("A") ? "E" : "A"
        for (name, key) in [
            (id, otherSecret), (other, secret), (deleted, deletedSecret), (id, shortKey), (id, goneKey),
            (id, secret.dropLast() + last), (id, secret + "A"), (id, String(secret.dropLast())), (id, " " + secret),
            (id, secret.lowercased()), (id, "trib__"), (id, "x"), (id.lowercased(), secret), ("nonsense", secret),
            (id + "\0", secret), (String(repeating: "a", count: 5_000), String(repeating: "b", count: 5_000)),
        ] {
            let reply = try await stage.mint(name, key)
            #expect(reply.comparable == first.comparable, "\(name.prefix(40))")
        }
        #expect(try await stage.mint(id, secret).status == 200)
    }

    @Test("less than the Application's scope may be asked for, and nothing more")
    func scopes() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        #expect(try await stage.mint(id, secret, scope: "records:read").json["scope"] == "records:read")
        for scope in ["audit:read", "records:read audit:read", "*", "nonsense", " "] {
            let reply = try await stage.mint(id, secret, scope: scope)
            #expect(reply.status == 400 && reply.code == "auth.invalid_scope", "\(scope)")
            #expect(reply.json["error"] == "invalid_scope")
        }
    }

    @Test("a token ends with its key, with its Application, and loses what its Application loses")
    func revocation() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        let token = try #require(try await stage.mint(id, secret).json["access_token"]?.stringValue)
        #expect(try await stage.send(.get, sources, token: token).status == 200)
        _ = try await stage.send(.patch, "/api/v1/applications/\(id)", ["scope": "records:read"])
        #expect(try await stage.send(.get, sources, token: token).code == "auth.scope_missing")
        _ = try await stage.send(.patch, "/api/v1/applications/\(id)", ["scope": "*"])
        #expect(try await stage.send(.get, sources, token: token).status == 200)
        #expect(try await stage.send(.get, "/api/v1/applications", token: token).code == "auth.scope_missing")
        let key = try #require(
            try await stage.send(.get, "/api/v1/applications/\(id)/keys").items[0]["id"]?.stringValue)
        _ = try await stage.send(.delete, "/api/v1/applications/\(id)/keys/\(key)")
        let ended = try await stage.send(.get, sources, token: token)
        let forged = try await stage.send(.get, sources, token: "x")
        #expect(ended.status == 401 && ended.comparable == forged.comparable)

        let (second, secondSecret) = try await stage.application()
        let next = try #require(try await stage.mint(second, secondSecret).json["access_token"]?.stringValue)
        #expect(try await stage.send(.get, sources, token: next).status == 200)
        _ = try await stage.send(.delete, "/api/v1/applications/\(second)")
        #expect(try await stage.send(.get, sources, token: next).status == 401)
    }

    @Test("a revocation by another process takes effect within a minute, and a key in use costs no read until then")
    func revokedElsewhere() async throws {
        let clock = ManualClock()
        let stage = try await Stage(clock: clock.clock)
        let (id, secret) = try await stage.application()
        let token = try #require(try await stage.mint(id, secret).json["access_token"]?.stringValue)
        #expect(try await stage.send(.get, sources, token: token).status == 200)
        let application = try #require(ApplicationID(id))
        try await stage.write { _ = try $0.apiKeys.revoke(nil, of: application) }
        #expect(try await stage.send(.get, sources, token: token).status == 200)
        clock.advance(by: .seconds(30))
        #expect(try await stage.send(.get, sources, token: token).status == 401)
    }

    @Test("a key's use is noted once a minute")
    func lastUse() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        func lastUse() async throws -> String? {
            try await stage.send(.get, "/api/v1/applications/\(id)/keys").items[0]["last_used_at"]?.stringValue
        }
        #expect(try await lastUse() == nil)
        let first = stage.wallClock.now
        for seconds in [0, 59, 1] {
            stage.wallClock.advance(by: .seconds(seconds))
            _ = try await stage.mint(id, secret)
            #expect(try await lastUse() == (seconds == 1 ? first + .seconds(60) : first).rfc3339)
        }
    }

    @Test("guessing is bounded for a client and for an address, and nobody else is kept out")
    func guessing() async throws {
        let clock = ManualClock()
        let stage = try await Stage(clock: clock.clock)
        let (id, secret) = try await stage.application()
        let (other, otherSecret) = try await stage.application()
        for _ in 0..<30 { #expect(try await stage.mint(id, secret).status == 200) }
        for _ in 0..<20 { #expect(try await stage.mint(id, "wrong").status == 401) }
        let refused = try await stage.mint(id, secret)
        #expect(refused.status == 429 && refused.code == "auth.too_many_attempts")
        #expect(refused.header("Retry-After") == "60")
        #expect(try await stage.mint(other, otherSecret).status == 200)
        for number in 0..<280 { #expect(try await stage.mint("app \(number)", "wrong").status == 401) }
        #expect(try await stage.mint(other, otherSecret).status == 429)
        clock.advance(by: .seconds(60))
        #expect(try await stage.mint(id, secret).status == 200)
        #expect(try await stage.mint(other, otherSecret).status == 200)
    }

    @Test("takes POST alone and no token, and passes over an Idempotency-Key")
    func method() async throws {
        let stage = try await Stage()
        let (id, secret) = try await stage.application()
        let refused = try await stage.send(.get, path, token: "")
        #expect(refused.status == 405 && refused.header("Allow") == "POST")
        let body: JSONValue = ["client_id": .string(id), "client_secret": .string(secret)]
        let key = ["Idempotency-Key": "k1"]
        let first = try await stage.send(.post, path, body, token: "", headers: key)
        stage.wallClock.advance(by: .seconds(1))
        let second = try await stage.send(.post, path, body, token: "", headers: key)
        #expect(first.status == 200 && second.status == 200)
        #expect(first.json["access_token"] != second.json["access_token"])
        #expect(second.header("Idempotent-Replayed") == nil)
    }
}

/// HTTP Basic's text for a name and a password.
private func basic(_ name: String, _ password: String) -> String {
    Data("\(name):\(password)".utf8).base64EncodedString()
}
