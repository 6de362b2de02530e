import CannedServer
import ConnectorAPI
import Domain
import Interpolation
import JSON
import TestSupport
import Testing

@testable import Declarative

@Suite("A manifest as a connector")
struct ConnectorTests {
    /// Three slices: a day, a day, two days.
    private static let days = """
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: day
              datetime_format: "%Y-%m-%d"
              start_datetime: "2025-06-10"
              end_datetime: "2025-06-13"
              step: P1D
              cursor_granularity: P1D
              start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: day}
        """
    private static let retriever = """
              requester: {url_base: SERVER, path: /things}
        """

    private func answer(_ request: CannedServer.Request) -> CannedServer.Answer {
        let day = String(request.target.suffix(10))
        return .init(200, #"{"items": [ {"id": "\#(day)", "day": "\#(day)"} ]}"#)
    }

    @Test("gives its streams as entities with keys and cursors")
    func entities() async throws {
        let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.days))
        let entities = try await stage.connector.discover(ConnectorContext(tenant: .named("acme"), config: [:]))
        let things = try #require(entities.first)
        #expect(things.name == "things" && things.primaryKey == ["id"] && things.cursorFields == ["day"])
        #expect(things.modes == [.full, .incremental] && things.defaultMode == .incremental)
    }

    @Test("commits states with the records before them, in the order of slices")
    func states() async throws {
        try await CannedServer.with(answering: answer) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.days), server: server)
            let entity = ReadPlan.Entity(name: "things", mode: .incremental, primaryKey: ["id"], cursorField: "day")
            let (batches, error) = try await stage.batches(ReadPlan(entities: [entity]))
            #expect(error == nil && batches.map(\.items.count).reduce(0, +) == 3)
            // Whatever batch a run stops after, its state says no more than what is stored with it.
            var days: Set<String> = []
            for batch in batches {
                for item in batch.items {
                    let record = try JSONValue(parsing: Array(batch.bytes[item.bodyRange]))
                    days.insert(try #require(record["day"]?.stringValue))
                }
                let state = try batch.state.map { try JSONValue(parsing: $0)["day"]?.stringValue }
                #expect(state.map { day in days.contains { $0 == day } } ?? true)
            }
            let last = try #require(batches.last)
            #expect(last.end == EntityEnd(isComplete: true, isSnapshot: false))
            #expect(last.state.map { String(decoding: $0, as: UTF8.self) } == #"{"day":"2025-06-12"}"#)
            #expect(batches.allSatisfy { batch in batch.items.allSatisfy { batch.bytes[$0.bodyRange].first == 0x7B } })
        }
    }

    @Test(
        "goes on from its state, and from the start where a full read is asked for",
        arguments: [SyncMode.incremental, .full])
    func resuming(_ mode: SyncMode) async throws {
        try await CannedServer.with(answering: answer) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.days), server: server)
            let entity = ReadPlan.Entity(
                name: "things", mode: mode, primaryKey: ["id"], cursorField: "day",
                state: Array(#"{"day":"2025-06-12"}"#.utf8))
            let (batches, error) = try await stage.batches(ReadPlan(entities: [entity]))
            #expect(error == nil && server.requests.count == (mode == .full ? 3 : 1))
            #expect(mode == .incremental || batches.allSatisfy { $0.state == nil })
        }
    }

    @Test("keeps what was read and the state before it where a later slice fails")
    func failure() async throws {
        try await CannedServer.with(answering: { request in
            request.target.hasSuffix("2025-06-11") ? .init(403) : answer(request)
        }) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.days), server: server)
            let entity = ReadPlan.Entity(name: "things", mode: .incremental, primaryKey: ["id"], cursorField: "day")
            let (batches, error) = try await stage.batches(ReadPlan(entities: [entity]))
            #expect(error?.code == "declarative.denied" && error?.recovery == .reauthorise)
            #expect(batches.map(\.items.count).reduce(0, +) == 2 && batches.allSatisfy { $0.end == nil })
            let state = batches.compactMap(\.state).last.map { String(decoding: $0, as: UTF8.self) }
            #expect(state == #"{"day":"2025-06-10"}"#)
        }
    }

    @Test("stops when its reader is closed before the end")
    func closing() async throws {
        try await CannedServer.with(answering: answer) { server in
            let stage = try ManifestStage(ManifestStage.things(Self.retriever, stream: Self.days), server: server)
            let plan = ReadPlan(entities: [.init(name: "things", mode: .full, primaryKey: ["id"])])
            let context = ConnectorContext(tenant: .named("acme"), config: [:])
            let reader = try await stage.connector.read(plan, context)
            await reader.close()
            await #expect(throws: CancellationError.self) { _ = try await reader.next() }
        }
    }

    @Test("puts secrets back into the config, and refuses one that the spec doesn't allow")
    func configs() async throws {
        let context = ConnectorContext(
            tenant: .named("acme"), config: ["auth": ["user": "u"]], secrets: ["auth.key": Secret("k")])
        #expect(context.wholeConfig == ["auth": ["user": "u", "key": "k"]])
        let spec = """

            spec:
              connection_specification: {type: object, required: [key], properties: {key: {type: string, minLength: 3}}}
            """
        let stage = try ManifestStage(ManifestStage.things(Self.retriever) + spec)
        let outcome = try await stage.check(config: ["key": "a"])
        #expect(outcome.status?["status"] == "FAILED" && outcome.text.contains("/key"))
    }

    @Test("brings configs into the manifest's present form and tells of the change")
    func migration() async throws {
        let spec = """

            spec:
              connection_specification: {type: object}
              config_normalization_rules:
                type: ConfigNormalizationRules
                config_migrations:
                  - type: ConfigMigration
                    transformations:
                      - type: ConfigRemapField
                        field_path: [region]
                        map: {eu: "https://eu.example"}
                transformations:
                  - type: ConfigAddFields
                    fields: [{path: [base, url], value: "{{ config['region'] }}/v1"}]
            """
        let stage = try ManifestStage(ManifestStage.things(Self.retriever) + spec)
        let run = try await SourceRun(
            stage.manifest, config: ["region": "eu"], surroundings: stage.surroundings, tenant: .named("acme"))
        #expect(run.builder.config["base"]?["url"] == "https://eu.example/v1")
        await run.close()
        let outcome = try await stage.check(config: ["region": "eu"])
        #expect(outcome.changedConfig == ["region": "https://eu.example"])
    }
}
