import CannedServer
import FaultKit
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing
import TributaryClient
import WireAPI

/// The real program, killed while it reads an API by a manifest, with a state for each partition.
@Suite(.serialized, .ownThreads) struct ManifestCrashTests {
    private static let isLarge = ProcessInfo.processInfo.environment["TRIBUTARY_TEST_LARGE"] != nil

    @Test(
        "killed in the middle of partitions, again and again, it has the API's truth after the last run",
        .timeLimit(.minutes(20)))
    func kills() async throws {
        let api = TaskAPI(seed: UInt64.random(in: 1...1_000_000))
        try await CannedServer.with(answering: api.answer) { mock in
            let server = try ServerProcess(["TRIBUTARY_EGRESS_ALLOW": "127.0.0.0/8"])
            try server.start()
            let source = try await register(mock.url, at: server)
            var chance = SeededRandom(seed: api.seed)
            let cycles = Self.isLarge ? 50 : 10
            for cycle in 1...cycles {
                api.change(Int.random(in: 0...400, using: &chance))
                let client = try server.client(limits: ClientLimits(attempts: 1))
                let arrival = api.arrival(of: Int.random(in: 1...40, using: &chance))
                let run = try await begin(source, isFull: cycle % 3 == 0, client)
                // A run that asks less than that has ended before.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await arrival() }
                    group.addTask { _ = try await client.datasources.finished(run) }
                    _ = try await group.next()
                    group.cancelAll()
                }
                server.kill()
                await client.close()
                try server.start()
            }
            let client = try server.client()
            let run = try await client.datasources.finished(try await client.datasources.sync(source))
            #expect(run.status == "succeeded", "seed \(api.seed): \(run.error?.message ?? "")")
            let last = try await client.datasources.finished(try await client.datasources.sync(source))
            #expect(last.status == "succeeded")
            var found: [String: Int] = [:]
            for try await record in client.datasources.allRecords(source, "tasks") {
                let data = try #require(record.data).parsed()
                let id = try #require(data["id"]?.stringValue)
                #expect(found[id] == nil, "seed \(api.seed): \(id) is there twice")
                found[id] = data["version"]?.int64Value.map { Int($0) }
            }
            #expect(found == api.truth, "seed \(api.seed)")
            await client.close()
            _ = server.stop()
        }
    }

    /// Asks for a run; the one that a kill had hit goes on where there is one.
    private func begin(_ source: String, isFull: Bool, _ client: TributaryClient) async throws -> SyncRunBody {
        if let active = try await client.datasources.get(source).activeRunID {
            return try await client.datasources.run(source, active)
        }
        return try await client.datasources.sync(source, SyncRequestBody(mode: isFull ? "full" : nil))
    }

    private func register(_ url: String, at server: ServerProcess) async throws -> String {
        let client = try server.client()
        _ = try await client.connectors.create("tasks-api", manifest: TaskAPI.manifest)
        let source = try await client.datasources.create(json: [
            "name": "Tasks", "type": "tasks-api", "config": ["url": .string(url)],
        ])
        await client.close()
        return source.id
    }
}

/// An API of teams and their tasks, in pages behind a key, so that a change never hides another row.
private final class TaskAPI: Sendable {
    private struct Task {
        var version = 1
        /// Seconds after the start of 2025.
        var updated: Int
    }

    private struct State {
        /// By team, by task.
        var teams: [[Task]]
        var clock = 100_000
        var requests = 0
        var awaited: (number: Int, gate: AsyncStream<Void>.Continuation)?
        var chance: SeededRandom
    }

    static let manifest = """
        version: 6.0.0
        type: DeclarativeSource
        check: {type: CheckStream, stream_names: [teams]}
        definitions:
          requester: {type: HttpRequester, url_base: "{{ config['url'] }}", http_method: GET}
          selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
          teams:
            type: DeclarativeStream
            name: teams
            primary_key: id
            retriever:
              type: SimpleRetriever
              requester: {$ref: "#/definitions/requester", path: teams}
              record_selector: {$ref: "#/definitions/selector"}
            schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
        streams:
          - {$ref: "#/definitions/teams"}
          - type: DeclarativeStream
            name: tasks
            primary_key: id
            retriever:
              type: SimpleRetriever
              requester:
                $ref: "#/definitions/requester"
                path: "teams/{{ stream_partition.team }}/tasks"
                request_parameters: {since: "{{ stream_interval.start_time }}"}
              record_selector: {$ref: "#/definitions/selector"}
              paginator:
                type: DefaultPaginator
                page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: after}
                pagination_strategy:
                  type: CursorPagination
                  cursor_value: "{{ response.next }}"
                  stop_condition: "{{ not response.next }}"
              partition_router:
                type: SubstreamPartitionRouter
                parent_stream_configs:
                  - type: ParentStreamConfig
                    parent_key: id
                    partition_field: team
                    stream: {$ref: "#/definitions/teams"}
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%dT%H:%M:%SZ"
              start_datetime: "2025-01-01T00:00:00Z"
            schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
        spec:
          type: Spec
          connection_specification:
            type: object
            required: [url]
            properties: {url: {type: string, title: Address}}
        """

    private static let pageRows = 50
    let seed: UInt64
    private let state: Mutex<State>

    init(seed: UInt64) {
        self.seed = seed
        state = Mutex(
            State(
                teams: (0..<8).map { team in (0..<400).map { Task(updated: $0 * 7 + team) } },
                chance: SeededRandom(seed: seed)))
    }

    /// The version of every task by its id.
    var truth: [String: Int] {
        state.withLock { state in
            var truth: [String: Int] = [:]
            for (team, tasks) in state.teams.enumerated() {
                for (number, task) in tasks.enumerated() { truth["\(team)-\(number)"] = task.version }
            }
            return truth
        }
    }

    /// Changes so many tasks, and adds a few.
    func change(_ count: Int) {
        state.withLock { state in
            for step in 0..<count {
                state.clock += 1
                let team = Int.random(in: 0..<state.teams.count, using: &state.chance)
                if step % 50 == 0 {
                    state.teams[team].append(Task(updated: state.clock))
                } else {
                    let number = Int.random(in: 0..<state.teams[team].count, using: &state.chance)
                    state.teams[team][number].version += 1
                    state.teams[team][number].updated = state.clock
                }
            }
        }
    }

    /// Waits until so many requests more have come.
    func arrival(of number: Int) -> @Sendable () async -> Void {
        let (stream, gate) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.awaited = ($0.requests + number, gate) }
        return { for await _ in stream {} }
    }

    @Sendable func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        let url = URLComponents(string: request.target)
        let parts = (url?.path ?? "").split(separator: "/").map(String.init)
        let query = Dictionary((url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
        return state.withLock { state in
            state.requests += 1
            if let awaited = state.awaited, state.requests >= awaited.number {
                awaited.gate.finish()
                state.awaited = nil
            }
            guard parts.count == 3, let team = Int(parts[1]), state.teams.indices.contains(team) else {
                let items = state.teams.indices.map { JSONValue.object(["id": .string("\($0)")]) }
                return .init(200, JSONValue.object(["items": .array(items)]).description)
            }
            return .init(200, Self.page(state.teams[team], of: team, query).description)
        }
    }

    private static func page(_ tasks: [Task], of team: Int, _ query: [String: String]) -> JSONValue {
        let since = query["since"] ?? ""
        let after = query["after"] ?? ""
        let rows = tasks.enumerated().map { number, task in
            (key: time(task.updated) + "|" + String(1_000_000 + number), number: number, task: task)
        }.filter { time($0.task.updated) >= since && $0.key > after }.sorted { $0.key < $1.key }
        let items = rows.prefix(pageRows).map { row -> JSONValue in
            [
                "id": .string("\(team)-\(row.number)"), "version": .int(row.task.version),
                "updated_at": .string(time(row.task.updated)),
            ]
        }
        let next: JSONValue = rows.count > pageRows ? .string(rows[pageRows - 1].key) : .null
        return ["items": .array(items), "next": next]
    }

    private static func time(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (day, rest) = (seconds / 86_400, seconds % 86_400)
        return "2025-01-\(two(day + 1))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
