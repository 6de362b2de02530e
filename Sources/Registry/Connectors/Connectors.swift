import ConnectorAPI
import Crypto
public import Domain
public import JSON
import StoreAPI

/// The catalogue of connectors, and trying a config before anything is registered.
public struct Connectors: Sendable {
    let store: any Store
    let catalog: ConnectorCatalog
    let ids: ULIDGenerator
    let calls: ConnectorCalls

    /// All that everybody has, for documentation that is open to everyone; in order of type.
    public var descriptors: [ConnectorDescriptor] { catalog.descriptors }

    /// What everybody has and the tenant's own, in order of type. Errors: `auth.scope_missing` (datasources:read).
    public func list(as caller: Caller) async throws -> [ConnectorDescriptor] {
        try caller.require(.datasourcesRead)
        let own = try await store.read(caller.scope) { try $0.manifests.offered() }
            .filter { catalog.builtIn($0.type) == nil }
        let types = Set(own.map(\.type))
        // A manifest was read when it was stored; one that this version of the program can't read any more isn't offered.
        let descriptors = own.compactMap { try? catalog.descriptor(of: $0) }
        return (catalog.descriptors.filter { !types.contains($0.type) } + descriptors).sorted { $0.type < $1.type }
    }

    /// Errors: `auth.scope_missing` (datasources:read), `connector.unknown`.
    public func get(_ type: String, as caller: Caller) async throws -> ConnectorDescriptor {
        try caller.require(.datasourcesRead)
        return try await connector(type, as: caller).descriptor
    }

    private func connector(_ type: String, as caller: Caller) async throws -> any Connector {
        if let connector = catalog.builtIn(type) { return connector }
        return try await store.read(caller.scope) { try $0.offer(type, version: nil, in: catalog) }.connector
    }

    /// Stores a manifest as one of the tenant's own connectors; new DataSources of the type get this version from then on,
    /// and those that are there keep theirs. The same text again changes nothing but that.
    ///
    /// Errors: `auth.scope_missing` (connectors:admin), `connector.tenant_only` for an Application's token,
    /// `request.invalid`, `connector.type_taken`, `connector.manifest_invalid`, `connector.too_many`.
    public func create(
        _ body: JSONValue, as caller: Caller, receipt: Receipt<ConnectorDescriptor>? = nil
    ) async throws -> ConnectorDescriptor {
        try caller.require(.connectorsAdmin)
        guard caller.scope.app == nil else { throw AppError(.connectorTenantOnly) }
        var request = try RequestBody(body, as: .manifest)
        let type = request["type"]?.stringValue ?? ""
        let text = request["manifest"].map { $0.stringValue ?? $0.description } ?? ""
        if request.faults.isEmpty, !ConnectorManifest.isType(type) {
            request.add(
                AppError.Fault(
                    FaultCode.format, at: "/type", "Must be a lower-case letter, then up to 63 of a-z 0-9 _ -."))
        }
        if text.utf8.count > ConnectorManifest.mostBytes {
            request.add(
                AppError.Fault(
                    FaultCode.length, at: "/manifest", "Must have at most \(ConnectorManifest.mostBytes) bytes."))
        }
        try request.check()
        guard catalog.builtIn(type) == nil, catalog.manifest(type) == nil else { throw AppError(.connectorTypeTaken) }
        let draft = ConnectorManifest(
            type: type, version: Self.version(of: text), text: text, createdAt: Timestamp(milliseconds: 0),
            createdBy: caller.subject, offeredAt: nil)
        let descriptor = try catalog.connector(of: draft).descriptor
        return try await store.write(as: caller, receipt) { transaction in
            let offered = try transaction.manifests.offered()
            let before = offered.first { $0.type == type }
            guard before != nil || offered.count < ConnectorManifest.mostTypes else {
                throw AppError(.connectorTooMany)
            }
            var manifest = draft
            manifest.createdAt = transaction.now
            manifest.offeredAt = max(transaction.now, (before?.offeredAt ?? .earliest) + .milliseconds(1))
            try transaction.manifests.save(manifest)
            try transaction.note(
                .connectorCreate, of: AuditSubject(.connector, id: type, app: nil), changes: [manifest.version],
                by: caller, as: ids.next(EventKind.self))
            return descriptor
        }
    }

    /// 16 hexadecimal digits of the text's SHA-256: the same text has the same version everywhere.
    public static func version(of text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).prefix(8).map {
            let digits = String($0, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Tries a config with its secrets; nothing is kept.
    ///
    /// Errors: `auth.scope_missing` (datasources:write), `connector.unknown`, `request.invalid`, `config.invalid`,
    /// `connector.busy`.
    public func check(_ type: String, body: JSONValue?, as caller: Caller) async throws -> CheckOutcome {
        try caller.require(.datasourcesWrite)
        let connector = try await connector(type, as: caller)
        let request = try RequestBody(body, as: .checkRequest)
        try request.check()
        let config = request["config"]?.objectValue ?? JSONObject()
        return try await calls.check(
            connector,
            ConnectorContext(tenant: caller.scope.tenant, config: config, for: connector.descriptor))
    }
}
