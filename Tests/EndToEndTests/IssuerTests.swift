import CannedServer
import Crypto
import Domain
import FaultKit
import Foundation
import Synchronization
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// An issuer whose keys are at a URL, seen through the real program.
@Suite(.ownThreads) struct IssuerTests {
    private let first = P256.Signing.PrivateKey()
    private let second = P256.Signing.PrivateKey()

    @Test("a server starts while its issuer's URL is down, believes its tokens once it is up, and outlives an outage")
    func outage() async throws {
        let document = Mutex<String?>(nil)
        try await CannedServer.with(answering: { _ in
            document.withLock { $0 }.map { CannedServer.Answer(200, $0) } ?? CannedServer.Answer(503)
        }) { publisher in
            let server = try ServerProcess([
                "TRIBUTARY_JWT_ISSUERS":
                    #"[{"iss": "https://id.example", "alg": "ES256", "jwks_url": "\#(publisher.url)/keys"}]"#
            ])
            try server.start()
            let client = TributaryClient(url: server.url, token: try token(by: first, kid: "1"))
            #expect(await refusal(client) == .invalidToken)
            document.withLock { $0 = set([("1", first)]) }
            try await becomesGood(client)
            document.withLock { $0 = nil }
            #expect(try await client.datasources.list().total == 0)
            let next = TributaryClient(url: server.url, token: try token(by: second, kid: "2"))
            #expect(await refusal(next) == .invalidToken)
            #expect(try await client.datasources.list().total == 0)
            #expect(publisher.requests.allSatisfy { $0.target == "/keys" && $0.method == "GET" })
            #expect(server.stop() == 0)
            for one in [client, next] { await one.close() }
        }
    }

    private func refusal(_ client: TributaryClient) async -> TributaryError.Code? {
        do {
            _ = try await client.datasources.list()
            return nil
        } catch { return (error as? TributaryError)?.code }
    }

    /// The server asks again by itself within a few seconds.
    private func becomesGood(_ client: TributaryClient) async throws {
        for _ in 0..<600 {
            if await refusal(client) == nil { return }
            try await MonotonicClock.machine.sleep(.milliseconds(50))
        }
        Issue.record("the keys were never fetched")
    }

    private func set(_ keys: [(kid: String, key: P256.Signing.PrivateKey)]) -> String {
        let texts = keys.map { kid, key in
            let point = key.publicKey.rawRepresentation
            return """
                {"kty": "EC", "crv": "P-256", "kid": "\(kid)", "x": "\(base64(point.prefix(32)))",
                 "y": "\(base64(point.suffix(32)))"}
                """
        }
        return "{\"keys\": [\(texts.joined(separator: ","))]}"
    }

    private func token(by key: P256.Signing.PrivateKey, kid: String) throws -> String {
        let claims = #"{"iss": "https://id.example", "sub": "p", "tenant_id": "acme", "scope": "*", "exp": 4102444800}"#
        let message =
            base64(Data(#"{"alg": "ES256", "kid": "\#(kid)"}"#.utf8)) + "." + base64(Data(claims.utf8))
        return message + "." + base64(try key.signature(for: Data(message.utf8)).rawRepresentation)
    }

    private func base64(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
