import Domain
import Glibc
import LibPQ
import StoreAPI
import Synchronization

/// Carries hints from process to process by NOTIFY and LISTEN, which lose some when a connection is lost: they are hints.
final class HintWire: Sendable {
    private static let channel = "tributary_hints"
    /// Below the 8,000 bytes that a payload may have.
    private static let longestPayload = 4_000
    /// How long the listener waits before it connects again.
    private static let pause: Int32 = 1_000

    private let maker: LinkMaker
    private let board: HintBoard
    private let interrupt = Interrupt()
    private let isClosed = Atomic(false)
    /// The server's process behind the listening connection: what is sent names it, so that it isn't heard here once more.
    private let listener = Atomic(Int32(0))

    init(maker: LinkMaker, board: HintBoard) {
        self.maker = maker
        self.board = board
    }

    /// Listens on a thread and a connection of its own until ``close()``.
    func listen() {
        // Without a thread hints of others are lost, which costs time only.
        _ = OwnThread.start { [self] in
            while !isClosed.load(ordering: .acquiring) {
                hear()
                if !isClosed.load(ordering: .acquiring) { _ = poll(nil, 0, Self.pause) }
            }
        }
    }

    func close() {
        isClosed.store(true, ordering: .releasing)
        interrupt.fire()
    }

    /// Sends hints of what was just committed. Not waited for to be durable: there is nothing to lose.
    func send(_ hints: [Hint], _ holder: LinkHolder) {
        guard !hints.isEmpty else { return }
        var payload = HintWord.sender(listener.load(ordering: .relaxed))
        for hint in Set(hints) {
            let word = HintWord.text(hint)
            guard payload.utf8.count + word.utf8.count < Self.longestPayload else { break }
            payload += " " + word
        }
        do {
            let link = try holder.take()
            link.clear()
            let text = try link.connection.literal(payload)
            try link.script(
                "BEGIN; SET LOCAL synchronous_commit = off; SELECT pg_notify('\(Self.channel)', \(text)); COMMIT")
        } catch {
            // A hint may be lost; the connection may be, too.
            holder.drop()
        }
    }

    /// Posts what comes until the connection fails or is interrupted.
    private func hear() {
        do {
            let link = try maker.openListener(Self.channel, interrupt: interrupt)
            let process = link.connection.serverProcess
            listener.store(process, ordering: .relaxed)
            while true {
                for payload in try link.connection.notifications(within: .seconds(30)) {
                    let words = payload.split(separator: " ").map(String.init)
                    // The store posted its own hints as it committed.
                    if words.first == HintWord.sender(process) { continue }
                    for hint in words.compactMap(HintWord.hint) { board.post(hint) }
                }
            }
        } catch {
            // The caller connects again, or was closed.
        }
    }
}

/// How a hint is written in a payload, whose first word says who sends it.
enum HintWord {
    static func sender(_ process: Int32) -> String { "p\(process)" }

    static func text(_ hint: Hint) -> String {
        switch hint {
        case .runQueued: "q"
        case .source(let id): "s" + id.rawValue
        case .runEnded(let id): "e" + id.rawValue
        case .keyFree(let key): "k" + key.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
        }
    }

    static func hint(_ word: String) -> Hint? {
        let rest = word.dropFirst()
        switch word.first {
        case "q" where rest.isEmpty: return .runQueued
        case "s": return DataSourceID(String(rest)).map { .source($0) }
        case "e": return DataSourceID(String(rest)).map { .runEnded($0) }
        case "k":
            let digits = Array(rest.utf8)
            guard digits.count.isMultiple(of: 2), digits.count <= 128 else { return nil }
            var key: [UInt8] = []
            for place in stride(from: 0, to: digits.count, by: 2) {
                let pair = String(decoding: digits[place...place + 1], as: UTF8.self)
                guard let byte = UInt8(pair, radix: 16) else { return nil }
                key.append(byte)
            }
            return .keyFree(key)
        default: return nil
        }
    }
}
