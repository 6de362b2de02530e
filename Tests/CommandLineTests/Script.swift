import CannedServer
import Domain
import Synchronization

@testable import tributary

/// Runs command lines against a canned server and keeps what they print.
struct Script {
    var environment: [String: String] = [:]
    var input = ""
    var isTerminal = false
    var width = 100

    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
        let requests: [CannedServer.Request]
        let pauses: [Duration]
    }

    /// Runs one command line without a server.
    func run(_ arguments: String...) async -> Outcome { await runWithoutServer(arguments) }

    /// Runs one command line without a server.
    func runWithoutServer(_ arguments: [String]) async -> Outcome { await run(arguments, requests: { [] }) }

    /// Runs one command line against a server that gives these answers in turn, the last one for ever; `events` to each
    /// question about a run's events, which is refused where it is nil.
    func run(
        _ arguments: [String], answers: [CannedServer.Answer], events: CannedServer.Answer? = nil
    ) async throws -> Outcome {
        let next = Mutex(0)
        return try await CannedServer.with(answering: { request in
            if request.path.hasSuffix("/events") { return events ?? .init(406) }
            return next.withLock { index in
                defer { index += 1 }
                return answers[min(index, answers.count - 1)]
            }
        }) { server in
            var script = self
            script.environment["TRIBUTARY_URL"] = server.url
            script.environment["TRIBUTARY_TOKEN"] = "tok"
            return await script.run(arguments, requests: { server.requests })
        }
    }

    private func run(_ arguments: [String], requests: () -> [CannedServer.Request]) async -> Outcome {
        let (output, errors) = (Sheet(), Sheet())
        let pauses = Sheet.Pauses()
        let rest = Mutex(Array(input.utf8))
        let surroundings = Surroundings(
            output: channel(output), errors: channel(errors), input: { Array(input.utf8) },
            inputPiece: {
                rest.withLock { rest in
                    let piece = rest.prefix(7)
                    rest.removeFirst(piece.count)
                    return Array(piece)
                }
            }, environment: environment,
            clock: MonotonicClock(
                now: { pauses.total },
                sleep: { try pauses.add($0) }),
            wallClock: WallClock { Timestamp(milliseconds: 1_772_359_200_000) })
        let code = await Surroundings.$current.withValue(surroundings) { await TributaryCommand.run(arguments) }
        return Outcome(
            code: code, output: output.text, errors: errors.text, requests: requests(), pauses: pauses.all)
    }

    private func channel(_ sheet: Sheet) -> Channel {
        Channel(
            emit: { sheet.add(String(decoding: $0, as: UTF8.self)) }, isTerminal: isTerminal,
            width: { isTerminal ? width : nil }, usesColours: false)
    }
}

/// What was written to a stream.
private final class Sheet: Sendable {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    func add(_ text: String) { written.withLock { $0 += text } }

    /// How long was slept; nothing waits. After many pauses the task counts as cancelled, so no script runs on.
    final class Pauses: Sendable {
        private static let most = 50
        private let slept = Mutex<[Duration]>([])

        var all: [Duration] { slept.withLock { $0 } }
        var total: Duration { all.reduce(.zero, +) }

        func add(_ pause: Duration) throws {
            let count = slept.withLock { slept in
                slept.append(pause)
                return slept.count
            }
            if count >= Self.most { throw CancellationError() }
        }
    }
}
