import AirbyteProtocol
import CannedServer
import ConnectorAPI
import Domain
import Egress
import JSON
import Synchronization
import TestSupport

@testable import Declarative

/// Runs manifests against a canned server; waits pass at once and are written down.
final class ManifestStage: Sendable {
    private let slept = Mutex<[Duration]>([])
    private let passed = Mutex(Duration.zero)
    let manifest: DeclarativeManifest
    private let resolver: HostResolver

    /// `SERVER` in the text becomes the server's address. Addresses of this machine stand for public ones.
    init(
        _ manifest: String, server: CannedServer? = nil, resolver: HostResolver = HostResolver { _ in [] }
    ) throws {
        let url = server?.url ?? "http://127.0.0.1:1"
        self.resolver = resolver
        self.manifest = try DeclarativeManifest(text: manifest.replacing("SERVER", with: url))
    }

    /// How long was waited, in seconds.
    var waits: [Int64] { slept.withLock { $0.map { $0.wholeMilliseconds / 1000 } } }

    var surroundings: DeclarativeSurroundings {
        DeclarativeSurroundings(
            egress: EgressGuard(allowing: AllowedNetwork.list("127.0.0.0/8") ?? [], resolver: resolver),
            now: { .at("2025-06-15T12:34:56Z") },
            clock: MonotonicClock(
                now: { self.passed.withLock { $0 } },
                sleep: { time in
                    self.slept.withLock { $0.append(time) }
                    self.passed.withLock { $0 += time }
                }),
            uuid: { "00000000-0000-0000-0000-000000000000" })
    }

    /// What a read or another call wrote.
    struct Outcome {
        let isWell: Bool
        let messages: [JSONValue]

        private func all(_ type: String) -> [JSONValue] { messages.filter { $0["type"]?.stringValue == type } }

        /// Each record's text, in order.
        var records: [String] { all("RECORD").compactMap { $0["record"]?["data"]?.description } }
        var lastState: String? { all("STATE").last?["state"]?["stream"]?["stream_state"]?.description }
        var statuses: [String] {
            all("TRACE").compactMap { $0["trace"]?["stream_status"]?["status"]?.stringValue }
        }
        var errors: [String] { all("TRACE").compactMap { $0["trace"]?["error"]?["internal_message"]?.stringValue } }
        var status: JSONValue? { all("CONNECTION_STATUS").first?["connectionStatus"] }
        var changedConfig: JSONValue? { all("CONTROL").last?["control"]?["connectorConfig"]?["config"] }
        var text: String { messages.map(\.description).joined(separator: "\n") }
    }

    func read(_ streams: String..., config: JSONObject = [:], states: [String: JSONValue] = [:]) async throws -> Outcome
    {
        let catalog: JSONValue = [
            "streams": .array(streams.map { ["stream": ["name": .string($0)], "sync_mode": "incremental"] })
        ]
        var request = try ReadRequest(catalog: catalog, state: nil)
        request.states = states
        let asked = request
        return try await outcome { try await $0.read(asked, config: config, to: $1) }
    }

    func check(config: JSONObject = [:]) async throws -> Outcome {
        try await outcome { try await $0.check(config: config, to: $1) }
    }

    func discover(config: JSONObject = [:]) async throws -> Outcome {
        try await outcome { try await $0.discover(config: config, to: $1) }
    }

    private func outcome(
        _ work: (DeclarativeSession, ProtocolOutput) async throws -> Bool
    ) async throws -> Outcome {
        let lines = Mutex<[UInt8]>([])
        let output = ProtocolOutput { piece in lines.withLock { $0 += piece } }
        let session = DeclarativeSession(manifest, surroundings: surroundings, tenant: .named("acme"))
        let isWell = try await work(session, output)
        try output.flush()
        let messages = try lines.withLock { $0 }.split(separator: UInt8(ascii: "\n")).map {
            try JSONValue(parsing: Array($0))
        }
        return Outcome(isWell: isWell, messages: messages)
    }

    /// The manifest as a connector of the catalogue.
    var connector: DeclarativeConnector {
        DeclarativeConnector(
            manifest, type: "acme", title: "Acme", docsURL: "/docs", version: "1", surroundings: surroundings)
    }

    /// The batches of a read, and what ended it.
    func batches(_ plan: ReadPlan, config: JSONObject = [:]) async throws -> (batches: [RecordBatch], error: AppError?)
    {
        let context = ConnectorContext(tenant: .named("acme"), config: config)
        let reader = try await connector.read(plan, context)
        var batches: [RecordBatch] = []
        do {
            while let batch = try await reader.next() { batches.append(batch) }
        } catch let error as AppError {
            await reader.close()
            return (batches, error)
        }
        await reader.close()
        return (batches, nil)
    }
}

extension ManifestStage {
    /// A manifest with one stream, `things`, whose retriever is given as YAML indented by six spaces.
    static func things(_ retriever: String, stream: String = "", isJob: Bool = false) -> String {
        """
        version: 6.1.0
        type: DeclarativeSource
        check: {type: CheckStream, stream_names: [things]}
        streams:
          - type: DeclarativeStream
            name: things
            primary_key: id
        \(stream)
            retriever:
              type: \(isJob ? "AsyncRetriever" : "SimpleRetriever")
        \(retriever)
              record_selector:
                extractor: {field_path: [items]}
            schema_loader:
              type: InlineSchemaLoader
              schema: {type: object, properties: {id: {type: integer}}}
        """
    }
}
