import CannedServer
import ConnectorAPI
import Domain
import Interpolation
import JSON
import TestSupport
import Testing

@testable import Declarative

@Suite("States of many partitions")
struct StateSizeTests {
    private static let teams = """
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%dT%H:%M:%SZ"
              start_datetime: "2025-01-01T00:00:00Z"
        """
    private static let retriever = """
              requester: {url_base: SERVER, path: "teams/{{ stream_partition.team_id }}/tasks"}
              partition_router:
                type: ListPartitionRouter
                cursor_field: team_id
                values: "{{ config['teams'] }}"
        """

    /// Ids as APIs have them, which nothing can shrink much.
    private static func ids(_ count: Int) -> [String] {
        var chance = SeededRandom(seed: 7)
        return (0..<count).map { _ in
            let digits = Array(
                String(UInt64.random(in: .min ... .max, using: &chance) | 1 << 63, radix: 16)
                    + String(UInt64.random(in: .min ... .max, using: &chance) | 1 << 63, radix: 16))
            return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
                .map { String($0) }.joined(separator: "-")
        }
    }

    @Test("of as many as are told apart fit, and come back whole")
    func many() async throws {
        let ids = Self.ids(9_999)
        let tasks: @Sendable (CannedServer.Request) -> CannedServer.Answer = { request in
            let team = request.path.split(separator: "/")[1]
            let second = team.utf8.reduce(0) { ($0 * 31 + Int($1)) % 86_400 }
            let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
            let time = [second / 3_600, second / 60 % 60, second % 60].map(digits).joined(separator: ":")
            return .init(200, #"{"items":[{"id":"\#(team)","updated_at":"2025-06-14T\#(time)Z"}]}"#)
        }
        try await CannedServer.with(answering: tasks) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.teams), server: server)
            let entity = ReadPlan.Entity(
                name: "things", mode: .incremental, primaryKey: ["id"], cursorField: "updated_at")
            let (batches, error) = try await stage.batches(
                ReadPlan(entities: [entity]), config: ["teams": .array(ids.map { .string($0) })])
            #expect(error == nil && batches.map(\.items.count).reduce(0, +) == ids.count)
            let bytes = try #require(batches.last?.state)
            #expect(bytes.count <= StateText.most, "\(bytes.count) bytes")
            let state = try StateText.state(in: bytes)
            #expect(state["use_global_cursor"] == false)
            #expect(Value.mapping(state).json.count > StateText.most, "or they would fit as they are")
            let kept = (state["states"]?.elements ?? []).compactMap { $0["partition"]?["team_id"]?.string }
            #expect(Set(kept) == Set(ids))
        }
    }

    @Test("that don't fit even so keep one cursor for all, of parents too")
    func tooMany() throws {
        // 30,000 names that nothing shrinks below 16 bytes each.
        let ids = Self.ids(90_000)
        let states = stride(from: 0, to: ids.count, by: 3).map { place -> Value in
            ["partition": ["name": .string(ids[place..<place + 3].joined())], "cursor": ["updated_at": "2025"]]
        }
        let own: Mapping = [
            "use_global_cursor": false, "states": .list(states), "state": ["updated_at": "2025"],
        ]
        var state = own
        state["parent_state"] = ["parents": .mapping(own)]
        let bytes = StateText.bytes(of: state)
        #expect(bytes.count <= StateText.most)
        let kept: Mapping = ["use_global_cursor": true, "state": ["updated_at": "2025"]]
        var expected = kept
        expected["parent_state"] = ["parents": .mapping(kept)]
        #expect(try StateText.state(in: bytes) == expected)
    }

    @Test("that are short are JSON, and what is neither is refused", arguments: ["[]", "", "x", "{"])
    func others(_ text: String) throws {
        #expect(StateText.bytes(of: ["a": 1]) == Array(#"{"a":1}"#.utf8))
        let error = #expect(throws: AppError.self) { try StateText.state(in: Array(text.utf8)) }
        #expect(error?.code == "declarative.state_invalid")
    }
}
