public import ConnectorAPI
public import Domain
import Interpolation
import JSON

/// A manifest as a connector: its streams are the entities.
///
/// An entity's key is made of the fields that the manifest calls primary key, where these are top-level fields; else the
/// whole record is the key. Streams with a cursor are read incrementally; deletions are found by complete reads.
public struct DeclarativeConnector: Connector {
    private let manifest: DeclarativeManifest
    private let surroundings: DeclarativeSurroundings
    /// Where pages are decoded, which may take long.
    private let threads = ConnectorThreads()
    public let descriptor: ConnectorDescriptor

    /// Makes a connector of the catalogue.
    ///
    /// - Parameters:
    ///   - type: What DataSources call it.
    ///   - version: Of the manifest, not of the format that it is written in.
    public init(
        _ manifest: DeclarativeManifest, type: String, title: String, docsURL: String, version: String,
        surroundings: DeclarativeSurroundings
    ) {
        self.manifest = manifest
        self.surroundings = surroundings
        descriptor = ConnectorDescriptor(
            type: type, title: title, description: manifest.description ?? "A source that a manifest describes.",
            docsURL: docsURL, configSchema: ConfigSchema.plain(manifest.configSchema),
            capabilities: [.check, .discover, .full, .incremental], version: version)
    }

    /// Tries the streams that the manifest names for it.
    public func check(_ context: ConnectorContext) async throws {
        try await with(context) { try await $0.check() }
    }

    /// The manifest's streams, those that it asks the source for among them.
    public func discover(_ context: ConnectorContext) async throws -> [EntityDescription] {
        try await with(context) { try await $0.descriptions().map { EntityDescription($0) } }
    }

    /// Opens a read; several streams are read at once, so their batches come in no fixed order among them.
    public func read(_ plan: ReadPlan, _ context: ConnectorContext) async throws -> any RecordReader {
        DeclarativeReader(plan, run: try await run(context), clock: surroundings.clock, on: threads)
    }

    private func run(_ context: ConnectorContext) async throws -> SourceRun {
        try await SourceRun(
            manifest, config: context.wholeConfig, surroundings: surroundings, tenant: context.tenant,
            credentials: context.credentials)
    }

    private func with<Result>(
        _ context: ConnectorContext, _ work: (SourceRun) async throws -> Result
    ) async throws -> Result {
        let run = try await run(context)
        do {
            let result = try await work(run)
            await run.close()
            return result
        } catch {
            await run.close()
            throw error
        }
    }
}

extension ConnectorContext {
    /// The config with its secrets in their places.
    var wholeConfig: JSONObject {
        var whole = Value(.object(config))
        for (path, secret) in secrets {
            let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            whole = secret.withExposed { whole.setting(.string($0), at: names[...]) }
        }
        return JSONValue(whole).objectValue ?? config
    }
}

extension EntityDescription {
    /// The fields of a primary key where all are top-level ones; else none.
    static func key(_ stream: StreamDescription) -> [String] {
        stream.primaryKey.allSatisfy { $0.count == 1 } ? stream.primaryKey.flatMap { $0 } : []
    }

    init(_ stream: StreamDescription) {
        self.init(
            name: stream.name, jsonSchema: JSONValue(.mapping(stream.schema)), primaryKey: Self.key(stream),
            modes: stream.isIncremental ? [.full, .incremental] : [.full],
            defaultMode: stream.isIncremental ? .incremental : .full,
            cursorFields: stream.cursorField.map { $0.isEmpty ? [] : [$0] } ?? [])
    }
}
