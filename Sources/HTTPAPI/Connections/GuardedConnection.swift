import Domain
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1 connection with a ``RequestGate`` in it, and with only so many places for one address.
struct GuardedConnection: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let inner: HTTP1Channel
    let limits: GateLimits
    let refusals: Refusals
    let places: AddressPlaces

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let hasPlace = places.take(for: channel)
        return inner.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let line = RequestLineWatch()
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(
                RequestGate(limits: limits, refuse: refusals, line: line), position: .after(decoder))
            try pipeline.addHandler(line, position: .before(decoder))
            if !hasPlace { channel.close(promise: nil) }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await inner.handle(value: value, logger: logger)
        }
    }
}

/// Answers to requests that no route gets to see.
struct Refusals: Sendable {
    let ids: ULIDGenerator
    let logger: Logger

    /// A problem under an id of its own, which the log has too.
    func answer(to fault: AppError) -> Answer {
        let id = ids.next().text
        let answer = ProblemAnswer.answer(to: fault, requestID: id)
            .with(.requestID, id).with(.connection, "close")
        logger.debug(
            "request refused",
            metadata: Logger.Metadata([
                .requestID: id, .status: String(answer.status.code), .code: fault.code,
            ]))
        return answer.with(.contentLength, String(answer.body?.count ?? 0))
    }
}

/// Measures request lines, since the decoder doesn't tell whether it was these or the headers that were too long.
final class RequestLineWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Bytes of the line so far.
    private(set) var length = 0
    private var isAtEnd = false

    /// The head was read: what comes next is another's, or a body.
    func begin() {
        length = 0
        isAtEnd = false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isAtEnd {
            let bytes = Self.unwrapInboundIn(data).readableBytesView
            let end = bytes.firstIndex(of: 0x0A)
            isAtEnd = end != nil
            length += bytes[..<(end ?? bytes.endIndex)].count
        }
        context.fireChannelRead(data)
    }
}
