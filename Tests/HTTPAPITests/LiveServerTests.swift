import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TestSupport
import Testing

@Suite("The server on a socket")
struct LiveServerTests {
    @Test("answers over HTTP/1.1, one request after another on one connection")
    func answers() async throws {
        let stage = try await Stage()
        try await stage.application.test(.live) { client in
            for _ in 0..<3 {
                let reply = Reply(try await client.execute(uri: "/health", method: .get))
                #expect(reply.status == 200 && reply.json["status"] == "ok")
            }
            let head = Reply(try await client.execute(uri: "/health", method: .head))
            #expect(head.status == 200 && head.bytes.isEmpty && head.header("Content-Length") != "0")
            let missing = Reply(try await client.execute(uri: "/api/v1/x", method: .get))
            #expect(missing.status == 401)
        }
    }

    @Test("a header field of 9 KiB is refused before anything looks at it")
    func longHeader() async throws {
        let stage = try await Stage()
        try await stage.application.test(.live) { client in
            let reply = try await client.execute(
                uri: "/health", method: .get, headers: [.userAgent: String(repeating: "a", count: 9 << 10)])
            #expect(reply.status == .requestHeaderFieldsTooLarge)
        }
        #expect(stage.log.all.allSatisfy { !$0.contains("request answered") })
    }
}
