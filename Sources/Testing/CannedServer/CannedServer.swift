import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on a free local port that gives the answers that a test wrote down, and keeps what it was asked.
public final class CannedServer: Sendable {
    /// One request as it came in.
    public struct Request: Sendable, Hashable {
        /// `GET`, `POST` …
        public let method: String
        /// Path and query as they were sent.
        public let target: String
        /// The first value of each header, names in lower case.
        public let headers: [String: String]
        /// The body.
        public let body: String

        /// The target without its query.
        public var path: String { String(target.prefix { $0 != "?" }) }
    }

    /// One answer to give.
    public struct Answer: Sendable {
        /// What becomes of the connection.
        enum Manner: Sendable {
            case whole
            /// Sent so many bytes at a time.
            case pieces(of: Int)
            /// Dropped after so many bytes of the body; nil = before the head.
            case cut(after: Int?)
            /// Kept open for ever after so many bytes of the body; nil = before the head.
            case stuck(after: Int?)
            /// Followed by bytes, so many times; in chunks where the length isn't announced.
            case followed(by: [UInt8], times: Int, isAnnounced: Bool)
        }

        /// The HTTP status.
        public let status: Int
        /// Headers besides the length.
        public let headers: [(String, String)]
        /// The body.
        public let body: String
        let manner: Manner

        /// Makes an answer.
        public init(_ status: Int, _ body: String = "", headers: [(String, String)] = []) {
            self.init(status, body, headers, .whole)
        }

        private init(_ status: Int, _ body: String, _ headers: [(String, String)], _ manner: Manner) {
            (self.status, self.body, self.headers, self.manner) = (status, body, headers, manner)
        }

        /// No answer: the connection is dropped.
        public static let lost = Answer(0, "", [], .cut(after: nil))
        /// No answer, and the connection stays open.
        public static let never = Answer(0, "", [], .stuck(after: nil))

        /// The same answer, but its body is sent so many bytes at a time.
        public func pieces(of count: Int) -> Answer { Answer(status, body, headers, .pieces(of: count)) }

        /// The same answer, but the connection is dropped after so many bytes of the body.
        public func cut(after count: Int) -> Answer { Answer(status, body, headers, .cut(after: count)) }

        /// The same answer, but nothing comes after so many bytes of the body, and the connection stays open.
        public func stuck(after count: Int) -> Answer { Answer(status, body, headers, .stuck(after: count)) }

        /// The same answer, but these bytes come after the body, so many times, as fast as they are taken.
        ///
        /// - Parameter isAnnounced: Whether the length is told; else it comes in chunks.
        public func followed(by bytes: [UInt8], times: Int, isAnnounced: Bool) -> Answer {
            Answer(status, body, headers, .followed(by: bytes, times: times, isAnnounced: isAnnounced))
        }
    }

    private let answer: @Sendable (Request) async -> Answer
    private let received = Mutex<[Request]>([])
    private let channel: any Channel

    /// What was asked so far.
    public var requests: [Request] { received.withLock { $0 } }

    /// The server's address.
    public var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Runs a server while `work` does. The closure may wait before it answers.
    public static func with<Result>(
        answering answer: @escaping @Sendable (Request) async -> Answer,
        _ work: (CannedServer) async throws -> Result
    ) async throws -> Result {
        let desk = Desk()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Clerk(desk: desk))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = CannedServer(answer: answer, channel: channel)
        desk.server.withLock { $0 = server }
        do {
            let result = try await work(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// Runs a server that gives these answers in turn, the last one for ever.
    public static func with<Result>(
        answers: [Answer], _ work: (CannedServer) async throws -> Result
    ) async throws -> Result {
        let next = Mutex(0)
        return try await with(
            answering: { _ in
                next.withLock { index in
                    defer { index += 1 }
                    return answers[min(index, answers.count - 1)]
                }
            }, work)
    }

    private init(answer: @escaping @Sendable (Request) async -> Answer, channel: any Channel) {
        self.answer = answer
        self.channel = channel
    }

    fileprivate func take(_ request: Request) async -> Answer {
        received.withLock { $0.append(request) }
        return await answer(request)
    }
}

/// Where connections find the server, which is made after the socket.
private final class Desk: Sendable {
    let server = Mutex<CannedServer?>(nil)
}

/// Serves one connection.
private final class Clerk: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let desk: Desk
    private var head: HTTPRequestHead?
    private var body = ""

    init(desk: Desk) { self.desk = desk }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, "")
        case .body(let part): body += String(buffer: part)
        case .end: finish(context)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let head, let server = desk.server.withLock({ $0 }) else { return context.close(promise: nil) }
        let headers = Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        let request = CannedServer.Request(
            method: head.method.rawValue, target: head.uri, headers: headers, body: body)
        let bound = NIOLoopBound((clerk: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { await server.take(request) }.whenSuccess { answer in
            bound.value.clerk.give(answer, bound.value.context)
        }
    }

    private func give(_ answer: CannedServer.Answer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        switch answer.manner {
        case .cut(after: nil): context.close(promise: nil)
        case .stuck(after: nil): break
        case .whole:
            write(answer, upTo: .max, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .pieces(let count):
            var rest = Array(answer.body.utf8)[...]
            write(answer, upTo: 0, context)
            while !rest.isEmpty {
                context.writeAndFlush(
                    wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: rest.prefix(count))))), promise: nil)
                rest = rest.dropFirst(count)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .followed(let bytes, let times, _):
            write(answer, upTo: .max, context)
            pour(ByteBuffer(bytes: bytes), times: times, context)
        case .stuck(let count?):
            write(answer, upTo: count, context)
            context.flush()
        case .cut(let count?):
            write(answer, upTo: count, context)
            context.flush()
            context.close(promise: nil)
        }
    }

    /// Writes the bytes so many times, each time once those before are taken, then ends.
    private func pour(_ bytes: ByteBuffer, times: Int, _ context: ChannelHandlerContext) {
        guard times > 0 else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            return
        }
        let bound = NIOLoopBound((clerk: self, context: context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes)))).whenSuccess {
            // In a turn of its own, or each piece would wait on the stack for all after it.
            bound.eventLoop.execute { bound.value.clerk.pour(bytes, times: times - 1, bound.value.context) }
        }
    }

    /// Writes the head, which tells the whole length, and the start of the body.
    private func write(_ answer: CannedServer.Answer, upTo count: Int, _ context: ChannelHandlerContext) {
        var fields = HTTPHeaders(answer.headers)
        switch answer.manner {
        case .followed(_, _, isAnnounced: false): break
        case .followed(let bytes, let times, _):
            fields.replaceOrAdd(name: "Content-Length", value: String(answer.body.utf8.count + bytes.count * times))
        default: fields.replaceOrAdd(name: "Content-Length", value: String(answer.body.utf8.count))
        }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: fields))), promise: nil)
        let part = ByteBuffer(bytes: answer.body.utf8.prefix(count))
        context.write(wrapOutboundOut(.body(.byteBuffer(part))), promise: nil)
    }
}
