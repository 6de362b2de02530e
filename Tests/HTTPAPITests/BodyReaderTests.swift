import Domain
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Reading a body as it streams in")
struct BodyReaderTests {
    private func request(_ chunks: AsyncStream<ByteBuffer>) -> Request {
        Request(
            head: HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/",
                headerFields: [.contentType: "application/json"]),
            body: RequestBody(asyncSequence: chunks))
    }

    @Test("a body without a length is cut off at the limit, not read to its end")
    func streamed() async throws {
        let (chunks, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
        for _ in 0..<17 { sender.yield(ByteBuffer(repeating: UInt8(ascii: " "), count: 64 << 10)) }
        sender.finish()
        let reader = BodyReader(
            request: request(chunks), rules: nil,
            share: BodyMemory().share(of: .named("acme")))
        await #expect { try await reader.json() } throws: { ($0 as? AppError)?.code == "body.too_large" }
    }

    @Test("a body whose connection breaks isn't taken for a whole one")
    func broken() async throws {
        struct Broken: Error {}
        let (chunks, sender) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
        sender.yield(ByteBuffer(string: "{}"))
        sender.finish(throwing: Broken())
        let request = Request(
            head: HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/",
                headerFields: [.contentType: "application/json"]),
            body: RequestBody(asyncSequence: chunks))
        let reader = BodyReader(request: request, rules: nil, share: BodyMemory().share(of: .named("acme")))
        await #expect { try await reader.json() } throws: { ($0 as? AppError)?.code == "body.broken" }
    }

    @Test("bodies take no more memory than there is for one tenant and for all, and give it back")
    func memory() {
        let memory = BodyMemory(most: 100, mostOfOneTenant: 60)
        let first = memory.share(of: .named("acme"))
        #expect(first.take(60) && !first.take(1))
        do {
            let second = memory.share(of: .named("globex"))
            #expect(second.take(40) && !second.take(1) && !memory.share(of: .named("initech")).take(1))
        }
        #expect(memory.share(of: .named("initech")).take(40))
        #expect(!memory.share(of: .named("acme")).take(1), "what the first holds is still counted")
        withExtendedLifetime(first) {}
    }
}
