import CannedServer
import Synchronization
import Testing

@testable import TributaryClient

/// Time that passes only by pauses, which are kept, and keys in order. Nothing waits.
final class StillTime: Sendable {
    private struct State {
        var now: Duration = .seconds(1000)
        var pauses: [Duration] = []
        var keys = 0
    }

    /// After so many pauses the task counts as cancelled, so nothing runs on.
    private static let most = 200
    private let state = Mutex(State())

    var pauses: [Duration] { state.withLock { $0.pauses } }
    var milliseconds: [Int] { pauses.map { Int($0 / .milliseconds(1)) } }

    func pass(_ duration: Duration) { state.withLock { $0.now += duration } }

    /// Its `chance` is 1: every pause is as long as it can be.
    var surroundings: ClientSurroundings {
        ClientSurroundings(
            now: { self.state.withLock { $0.now } },
            sleep: { pause in
                try Task.checkCancellation()
                let count = self.state.withLock { state in
                    state.now += pause
                    state.pauses.append(pause)
                    return state.pauses.count
                }
                if count >= Self.most { throw CancellationError() }
            },
            chance: { 1 },
            key: {
                self.state.withLock { state in
                    state.keys += 1
                    return "key-\(state.keys)"
                }
            })
    }
}

extension TributaryClient {
    /// A client of a test's server, in the test's time.
    init(
        _ server: CannedServer, _ credential: Credential = .token(HiddenText("tok")),
        limits: ClientLimits = ClientLimits(), in time: StillTime = StillTime()
    ) {
        self.init(url: server.url, credential, limits, time.surroundings)
    }
}

/// Runs `work` with a client of a server that gives these answers in turn, the last one for ever.
@discardableResult
func withClient<Result>(
    _ answers: [CannedServer.Answer], limits: ClientLimits = ClientLimits(), in time: StillTime = StillTime(),
    _ work: (TributaryClient, CannedServer) async throws -> Result
) async throws -> Result {
    try await CannedServer.with(answers: answers) { server in
        let client = TributaryClient(server, limits: limits, in: time)
        let result = try await work(client, server)
        await client.close()
        return result
    }
}

/// Bodies as the server gives them.
enum Bodies {
    static func run(_ status: String = "succeeded") -> String {
        """
        {"id":"run_1","tenant_id":"t","datasource_id":"ds_1","trigger":"manual","mode":"full","status":"\(status)",
        "attempt":1,"created_at":"2026-03-01T10:00:00.000Z","scheduled_for":null,"started_at":null,
        "finished_at":null,"worker_id":null,"fence":null,"entities":[],"error":null}
        """
    }

    static func source(_ id: String = "ds_1", name: String = "n") -> String {
        """
        {"id":"\(id)","tenant_id":"t","created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-01T10:00:00.000Z",
        "created_by":"a","updated_by":"a","source":"edm","source_type":"api","is_deleted":false,"schema_version":1,
        "name":"\(name)","type":"file","status":"pending","synced_entities":{},"config":{},"secret_fields":[],
        "consecutive_failures":0}
        """
    }

    static func change(_ seq: Int) -> String {
        """
        {"id":"rec_\(seq)","datasource_id":"ds_1","entity":"e","key":[\(seq)],"data":{"a":1},"seq":\(seq),
        "version":1,"created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-01T10:00:01.000Z",
        "is_deleted":false,"deleted_at":null,"run_id":"run_1","source":"edm"}
        """
    }

    static func page(_ items: [String] = [], next: String?) -> String {
        let next = next.map { "\"\($0)\"" } ?? "null"
        return #"{"items":[\#(items.joined(separator: ","))],"next_cursor":\#(next),"total":null}"#
    }

    static func problem(_ status: Int, _ code: String, detail: String = "D", more: String = "") -> String {
        #"{"type":"/d","title":"T","status":\#(status),"detail":"\#(detail)","code":"\#(code)"\#(more)}"#
    }

    static let health = #"{"status":"ok","version":"1","role":"all","worker_id":"w","database":"ok"}"#
}

extension CannedServer.Answer {
    static func run(_ status: String) -> Self { .init(200, Bodies.run(status)) }
    static func page(_ items: [String] = [], next: String?) -> Self { .init(200, Bodies.page(items, next: next)) }
    static func problem(_ status: Int, _ code: String, headers: [(String, String)] = []) -> Self {
        .init(status, Bodies.problem(status, code), headers: headers)
    }
}
