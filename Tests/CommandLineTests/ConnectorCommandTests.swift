import CannedServer
import Foundation
import JSON
import TestSupport
import Testing

@testable import tributary

/// `tributary connector`: any type of the catalogue, by the Airbyte protocol.
@Suite
struct ConnectorCommandTests {
    private static let catalog = #"{"streams":[{"stream":{"name":"people"},"sync_mode":"full_refresh"}]}"#

    /// Runs a command in a folder with the file people.csv, its config and a catalog.
    private func run(_ arguments: String..., config: String = #"{"path":"people.csv","primary_key":["id"]}"#)
        async throws
        -> Script.Outcome
    {
        let folder = try TemporaryFolder()
        let files = folder.path + "/files/default"
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        try Data("id,name\n1,Ann\n2,Béla\n".utf8).write(to: URL(fileURLWithPath: files + "/people.csv"))
        try Data(config.utf8).write(to: URL(fileURLWithPath: folder.path + "/config.json"))
        try Data(Self.catalog.utf8).write(to: URL(fileURLWithPath: folder.path + "/catalog.json"))
        let script = Script(environment: ["TRIBUTARY_FILES_ROOT": folder.path + "/files"])
        return await script.runWithoutServer(
            ["connector"] + arguments.map { $0.hasSuffix(".json") ? folder.path + "/" + $0 : $0 })
    }

    private func messages(_ outcome: Script.Outcome) throws -> [JSONValue] {
        try outcome.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    @Test
    func aSpecIsTheSchemaOfConfigs() async throws {
        let outcome = try await run("spec", "--type", "file")
        let spec = try #require(try messages(outcome).first)
        #expect(spec["type"] == "SPEC")
        #expect(spec["spec"]?["connectionSpecification"]?["properties"]?["path"] != nil)
        #expect(outcome.code == 0)
    }

    @Test
    func aCheckSaysWhetherThereIsAConnection() async throws {
        let good = try await run("check", "--type", "file", "--config", "config.json")
        #expect(try messages(good) == [["type": "CONNECTION_STATUS", "connectionStatus": ["status": "SUCCEEDED"]]])
        #expect(good.code == 0)
        let bad = try await run("check", "--type", "file", "--config", "config.json", config: #"{"path":"none.csv"}"#)
        #expect(try messages(bad).first?["connectionStatus"]?["status"] == "FAILED")
        #expect(bad.code == 1)
    }

    @Test
    func aConfigOfAnotherShapeIsAFailureThatNamesTheField() async throws {
        let outcome = try await run("discover", "--type", "file", "--config", "config.json", config: #"{"pth":1}"#)
        let error = try #require(try messages(outcome).first?["trace"]?["error"])
        #expect(error["failure_type"] == "config_error")
        #expect(error["message"]?.stringValue?.contains("/config/pth") == true)
        #expect(outcome.code == 1)
    }

    @Test
    func aReadPrintsEachRecordBetweenTheStreamsStatuses() async throws {
        let outcome = try await run(
            "read", "--type", "file", "--config", "config.json", "--catalog", "catalog.json", "--now",
            "2025-06-15T12:34:56.789012Z")
        let messages = try messages(outcome)
        let statuses = messages.compactMap { $0["trace"]?["stream_status"]?["status"]?.stringValue }
        #expect(statuses == ["STARTED", "RUNNING", "COMPLETE"])
        let records = messages.compactMap { $0["record"] }
        #expect(records.map { $0["data"]?["name"] } == ["Ann", "Béla"])
        #expect(records.allSatisfy { $0["stream"] == "people" && $0["emitted_at"]?.int64Value == 1_749_990_896_789 })
        #expect(outcome.code == 0)
    }

    @Test
    func aStreamThatIsntThereFailsAlone() async throws {
        let outcome = try await run(
            "read", "--type", "file", "--config", "config.json", "--catalog", "catalog.json",
            config: #"{"path":"people.csv","entity":"persons"}"#)
        let messages = try messages(outcome)
        #expect(messages.contains { $0["trace"]?["error"]?["internal_message"] == "connector.stream_unknown" })
        #expect(messages.last?["trace"]?["stream_status"]?["status"] == "INCOMPLETE")
        #expect(outcome.code == 1)
    }

    @Test
    func aTestOfAManifestShowsRequestsAndRecordsWithoutSecrets() async throws {
        let manifest = """
            version: 6.0.0
            type: DeclarativeSource
            check: {type: CheckStream, stream_names: [people]}
            streams:
              - type: DeclarativeStream
                name: people
                retriever:
                  type: SimpleRetriever
                  requester:
                    type: HttpRequester
                    url: "{{ config.url }}/people"
                    request_parameters: {key: "{{ config.token }}"}
                  record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
                schema_loader: {type: InlineSchemaLoader, schema: {type: object}}
            spec:
              type: Spec
              connection_specification:
                type: object
                required: [url, token]
                properties: {url: {type: string}, token: {type: string, airbyte_secret: true}}
            """
        try await CannedServer.with(answering: { _ in .init(200, #"[{"id":1,"echo":"canary-4711"},{"id":2}]"#) }) {
            server in
            let folder = try TemporaryFolder()
            try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder.path + "/people.yaml"))
            try Data(#"{"url":"\#(server.url)","token":"canary-4711"}"#.utf8)
                .write(to: URL(fileURLWithPath: folder.path + "/config.json"))
            let outcome = await Script().run(
                "connector", "test", folder.path + "/people.yaml", "--config", folder.path + "/config.json",
                "--egress-allow", "127.0.0.0/8")
            #expect(outcome.code == 0)
            #expect(
                outcome.output == """
                    GET \(server.url)/people?key=[redacted] -> 200
                    check SUCCEEDED

                    stream people
                    GET \(server.url)/people?key=[redacted] -> 200
                      {"id":1,"echo":"[redacted]"}
                      {"id":2}
                      state {"__ab_no_cursor_state_message":true}
                      complete: 2 records


                    """)
            #expect(server.requests.allSatisfy { $0.target.hasSuffix("key=canary-4711") })
        }
    }

    @Test
    func whatCantBeReadIsWrongUsage() async throws {
        let missing = try await run("check", "--type", "file", "--config", "none.json")
        #expect(missing.code == 2)
        #expect(missing.errors.contains("none.json can't be read"))
        let unknown = try await run("spec", "--type", "nothing")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("connector.unknown"))
    }
}
