import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation
import JSON

/// A manifest with a config: what is checked, discovered and read. Made for one call, and closed after it.
final class SourceRun: Sendable {
    let root: ComponentNode
    let builder: ComponentBuilder
    private let http: HTTPSession
    private let config: Mapping
    private let surroundings: RunSurroundings
    private let normalization: ConfigNormalization
    private let dynamic = FetchedOnce<[ComponentNode]>()

    /// Checks the config against the manifest's spec and brings it into the manifest's present form.
    ///
    /// Throws `declarative.config_invalid` and `declarative.manifest_invalid`.
    ///
    /// - Parameters:
    ///   - credentials: Keeps tokens that are renewed; by itself for the run alone.
    ///   - keepConfig: Takes the config where it was changed, before the change is used.
    ///   - log: Takes note of what is worth telling.
    init(
        _ manifest: DeclarativeManifest, config: JSONObject, surroundings: DeclarativeSurroundings, tenant: TenantID,
        credentials: any CredentialKeeping = HeldCredentials(),
        keepConfig: @escaping @Sendable (Mapping) async throws -> Void = { _ in },
        log: @escaping @Sendable (RunNote) -> Void = { _ in }
    ) async throws {
        root = manifest.root
        http = HTTPSession(egress: surroundings.egress, tenant: tenant)
        self.surroundings = RunSurroundings(
            wall: surroundings.now, clock: surroundings.clock, uuid: surroundings.uuid, http: http,
            watch: surroundings.watch,
            log: log,
            credentials: credentials, keepConfig: keepConfig)
        do {
            normalization = try ConfigNormalization(root, sources: self.surroundings.templateSources)
            let given = Value(.object(config)).mapping ?? [:]
            let migrated = try normalization.migrated(given)
            if migrated != given { try await keepConfig(migrated) }
            self.config = try normalization.transformed(migrated)
            try ConfigSchema.check(JSONObject(self.config), against: manifest.configSchema)
            builder = try ComponentBuilder(
                config: self.config, surroundings: self.surroundings, budget: root.child("api_budget"),
                parents: try Parents.names(in: root),
                jobLimit: try Self.jobLimit(root, config: self.config, sources: self.surroundings.templateSources))
        } catch {
            await http.close()
            throw error
        }
    }

    /// How many jobs of the source there may be at once (`max_concurrent_async_job_count`).
    private static func jobLimit(_ root: ComponentNode, config: Mapping, sources: TemplateSources) throws -> Int {
        let context = Context(config: .mapping(config), sources: sources)
        let wanted = try root.template("max_concurrent_async_job_count")?.string(in: context).pythonInteger?.int
        return min(max(wanted ?? 1, 1), mostConcurrency)
    }

    /// Closes the connections; called once, when nothing is under way any more.
    func close() async { await http.close() }

    /// The streams' nodes, those that dynamic streams stand for among them; these are asked for once.
    func streamNodes() async throws -> [ComponentNode] {
        try normalization.validate(config)
        let fixed = try root.children("streams")
        let nodes = try await fixed + dynamicNodes()
        var names: Set<String> = []
        for node in nodes {
            let name = try builder.streamName(node)
            guard names.insert(name).inserted else {
                throw node.invalid("is the name of another stream too", at: "name")
            }
        }
        return nodes
    }

    private func dynamicNodes() async throws -> [ComponentNode] {
        let nodes = try root.children("dynamic_streams")
        guard !nodes.isEmpty else { return [] }
        return try await dynamic.value { [builder] in
            var resolved: [ComponentNode] = []
            for node in nodes { resolved += try await builder.resolvedStreams(node) }
            return resolved
        }
    }

    /// How many slices are read at once.
    var concurrency: Int {
        get throws {
            guard let node = try root.child("concurrency_level") else { return Self.usualConcurrency }
            let context = builder.context(node)
            let wanted = try node.template("default_concurrency")?.string(in: context).int ?? Self.usualConcurrency
            let most = try node.integer("max_concurrency") ?? Self.mostConcurrency
            return min(max(wanted, 1), max(most, 1), Self.mostConcurrency)
        }
    }

    static let usualConcurrency = 4
    static let mostConcurrency = 16
}

/// Which streams others are made of.
enum Parents {
    /// The names of all parents in the manifest's streams, as they are written.
    static func names(in root: ComponentNode) throws -> Set<String> {
        var names: Set<String> = []
        for stream in try root.children("streams") + root.children("dynamic_streams") {
            collect(.mapping(stream.fields), &names)
        }
        return names
    }

    private static func collect(_ value: Value, _ names: inout Set<String>) {
        switch value {
        case .mapping(let mapping):
            if let parents = mapping["parent_stream_configs"]?.elements {
                for parent in parents { if let name = parent["stream"]?["name"]?.string { names.insert(name) } }
            }
            for entry in mapping where entry.key != "schema_loader" { collect(entry.value, &names) }
        case .list(let elements): for element in elements { collect(element, &names) }
        default: break
        }
    }
}
