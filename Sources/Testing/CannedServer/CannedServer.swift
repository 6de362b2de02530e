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
    }

    /// One answer to give.
    public struct Answer: Sendable {
        /// The HTTP status.
        public let status: Int
        /// Headers besides the length.
        public let headers: [(String, String)]
        /// The body.
        public let body: String
        /// Whether the connection is dropped instead.
        public let isLost: Bool

        /// Makes an answer.
        public init(_ status: Int, _ body: String = "", headers: [(String, String)] = []) {
            (self.status, self.body, self.headers, isLost) = (status, body, headers, false)
        }

        private init() { (status, body, headers, isLost) = (0, "", [], true) }

        /// No answer: the connection is dropped.
        public static let lost = Answer()
    }

    private let answer: @Sendable (Request) -> Answer
    private let received = Mutex<[Request]>([])
    private let channel: any Channel

    /// What was asked so far.
    public var requests: [Request] { received.withLock { $0 } }

    /// The server's address.
    public var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Runs a server while `work` does.
    public static func with<Result>(
        answering answer: @escaping @Sendable (Request) -> Answer, _ work: (CannedServer) async throws -> Result
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

    private init(answer: @escaping @Sendable (Request) -> Answer, channel: any Channel) {
        self.answer = answer
        self.channel = channel
    }

    fileprivate func take(_ request: Request) -> Answer {
        received.withLock { $0.append(request) }
        return answer(request)
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
        let answer = server.take(
            .init(method: head.method.rawValue, target: head.uri, headers: headers, body: body))
        guard !answer.isLost else { return context.close(promise: nil) }
        var fields = HTTPHeaders(answer.headers)
        fields.replaceOrAdd(name: "Content-Length", value: String(answer.body.utf8.count))
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
