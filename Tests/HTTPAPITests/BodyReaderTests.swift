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
        let reader = BodyReader(request: request(chunks), clock: ManualClock().clock)
        await #expect { try await reader.json() } throws: { ($0 as? AppError)?.code == "body.too_large" }
    }

    @Test("a body that comes too slowly is given up")
    func slow() async throws {
        let clock = ManualClock()
        let (chunks, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
        let reader = BodyReader(
            request: request(chunks),
            clock: MonotonicClock(
                now: {
                    defer { clock.advance(by: .seconds(20)) }
                    return clock.clock.now()
                }, sleep: clock.clock.sleep))
        for _ in 0..<4 { sender.yield(ByteBuffer(string: " ")) }
        sender.finish()
        await #expect { try await reader.json() } throws: { ($0 as? AppError)?.code == "body.too_slow" }
    }
}
