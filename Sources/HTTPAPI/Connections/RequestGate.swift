import Domain
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// Stands right behind the decoder of one connection: what isn't proper HTTP gets a problem and the door, and a client
/// that is slow to send or to take holds its connection only so long (Invariant 8).
///
/// How long a head may take is the idle timeout's business, which counts from the last whole part.
final class RequestGate: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: GateLimits
    private let refuse: Refusals
    private let line: RequestLineWatch
    private var state = GateState()
    private var bodyTimer: Scheduled<Void>?
    private var closeTimer: Scheduled<Void>?
    private var readerTimer: Scheduled<Void>?
    /// Bytes of the answer's body so far.
    private var sent = 0
    /// When the newest answer has left; done already but for a client that is slow to take it.
    private var departure: EventLoopFuture<Void>?

    init(limits: GateLimits, refuse: Refusals, line: RequestLineWatch) {
        self.limits = limits
        self.refuse = refuse
        self.line = line
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if state.isShut { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            line.begin()
            if let fault = HeadRules.fault(of: head) { return shut(context, fault) }
            // Behind an offer to speak another protocol the decoder reads no further, whatever became of it.
            state.begin(isLast: !head.isKeepAlive || head.headers.contains(name: "Upgrade"))
            if HeadRules.hasBody(head) { startBodyTimer(context) }
            if HeadRules.waitsForLeave(head) { giveLeave(context) }
        case .body: break
        case .end:
            bodyTimer?.cancel()
            bodyTimer = nil
            state.endReading()
        }
        context.fireChannelRead(data)
        if state.isDone { close(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        if state.isShut { return }
        // Whoever reads the body answers, since an answer may be under way.
        if state.isReading {
            state.spoil()
            return context.fireErrorCaught(error)
        }
        shut(context, Self.fault(of: error, inLine: line.length > HeadRules.longestTarget))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if state.isShut && !state.hasAnswersOpen { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            sent = 0
            guard state.beginAnswer() else { return context.write(data, promise: promise) }
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body(let body):
            sent += body.readableBytes
            context.write(data, promise: promise)
        case .end:
            endAnswer(context, data, promise)
        }
    }

    /// A close from within waits until what was answered has left, which a client may take its time over.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard let departure, mode == .all else { return context.close(mode: mode, promise: promise) }
        departure.assumeIsolated().whenComplete { _ in context.close(mode: mode, promise: promise) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if state.isLeaving, (event as? ChannelEvent) == .inputClosed { return close(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readerTimer?.cancel()
        readerTimer = nil
        if !context.channel.isWritable {
            readerTimer = schedule(context, in: limits.time(toTake: sent)) { $0.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        for timer in [bodyTimer, closeTimer, readerTimer] { timer?.cancel() }
        context.fireChannelInactive()
    }

    // MARK: -

    private func endAnswer(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        let isLast = state.endAnswer()
        let left = promise ?? context.eventLoop.makePromise(of: Void.self)
        departure = left.futureResult
        if let fault = state.takeFault() {
            context.write(data, promise: left)
            answer(context, fault)
        } else if isLast {
            context.writeAndFlush(data, promise: left)
            left.futureResult.assumeIsolated().whenComplete { [self] _ in linger(context) }
        } else {
            context.write(data, promise: left)
        }
    }

    private func giveLeave(_ context: ChannelHandlerContext) {
        context.writeAndFlush(
            Self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func startBodyTimer(_ context: ChannelHandlerContext) {
        bodyTimer = schedule(context, in: limits.body) { [self] context in
            guard state.isReading else { return }
            state.spoil()
            context.fireErrorCaught(AppError(.bodyTooSlow))
        }
    }

    /// Takes nothing more in. The answer comes once those before it have gone out.
    private func shut(_ context: ChannelHandlerContext, _ fault: AppError) {
        bodyTimer?.cancel()
        if state.shut(fault) { answer(context, fault) }
    }

    private func answer(_ context: ChannelHandlerContext, _ fault: AppError) {
        let answer = refuse.answer(to: fault)
        let headers = HTTPHeaders(answer.headers.map { ($0.name.rawName, $0.value) })
        let status = HTTPResponseStatus(statusCode: answer.status.code, reasonPhrase: answer.status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(bytes: answer.body ?? [])
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let left = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: left)
        left.futureResult.assumeIsolated().whenComplete { [self] _ in linger(context) }
    }

    /// Ends the connection, but takes in for a moment what is still under way: closing at once would reset it, and the
    /// client might never see its answer (RFC 9112 section 9.6).
    private func linger(_ context: ChannelHandlerContext) {
        state.leave()
        if state.isDone { return close(context) }
        context.close(mode: .output, promise: nil)
        closeTimer = closeTimer ?? schedule(context, in: limits.linger) { $0.close(promise: nil) }
    }

    private func close(_ context: ChannelHandlerContext) { context.close(promise: nil) }

    private func schedule(
        _ context: ChannelHandlerContext, in time: TimeAmount, _ body: @escaping (ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { body(context) }
    }

    private static func fault(of error: HTTPParserError, inLine: Bool) -> AppError {
        switch error {
        case .headerOverflow: AppError(inLine ? .targetTooLong : .headersTooLarge)
        default: AppError(.requestMalformed)
        }
    }
}

/// How long a connection's client may take.
struct GateLimits: Sendable {
    /// For a whole body.
    var body = TimeAmount.seconds(60)
    /// After an answer that ends the connection, for what is still under way.
    var linger = TimeAmount.seconds(2)
    /// To take what was written, and how many bytes a second at least.
    var pause = TimeAmount.seconds(30)
    var bytesPerSecond = 32 << 10

    func time(toTake bytes: Int) -> TimeAmount { pause + .seconds(Int64(bytes / max(bytesPerSecond, 1))) }
}

/// Where a connection stands between its requests and their answers.
struct GateState {
    private(set) var isReading = false
    /// Nothing more is taken in.
    private(set) var isShut = false
    private var answersOpen = 0
    private var isSpoiled = false
    /// The last answer has left.
    private(set) var isLeaving = false
    /// The client was told that the connection ends, or asked for it.
    private var isLast = false
    private var fault: AppError?

    var hasAnswersOpen: Bool { answersOpen > 0 }
    /// Whether it may be closed at once.
    var isDone: Bool { isLeaving && !isReading && !isShut }

    mutating func begin(isLast: Bool) {
        isReading = true
        answersOpen += 1
        if isLast { self.isLast = true }
    }

    mutating func endReading() { isReading = false }

    /// What comes in of this request isn't usable any more.
    mutating func spoil() { isSpoiled = true }

    /// Whether the connection can't go on behind this answer: while the request isn't read to its end, what follows isn't
    /// known to be another.
    mutating func beginAnswer() -> Bool {
        if isReading || isSpoiled { isLast = true }
        return isLast
    }

    /// Whether the answer was the last.
    mutating func endAnswer() -> Bool {
        answersOpen -= 1
        return answersOpen == 0 && (isLast || isReading || isSpoiled)
    }

    mutating func leave() { isLeaving = true }

    /// Shuts; true where the fault is to be answered now, not behind answers that are under way.
    mutating func shut(_ fault: AppError) -> Bool {
        isShut = true
        if answersOpen == 0 { return true }
        self.fault = fault
        return false
    }

    /// The fault that is to be answered now that no other answer is under way.
    mutating func takeFault() -> AppError? {
        guard answersOpen == 0 else { return nil }
        defer { fault = nil }
        return fault
    }
}
