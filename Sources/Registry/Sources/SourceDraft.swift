import ConnectorAPI
import Domain
import JSON

/// A DataSource about to be registered: a body that was found valid.
struct SourceDraft: Sendable {
    let secrets: [String: Secret<String>]
    private let name: String
    private let type: String
    private let provenance: String?
    private let sourceType: DataSource.SourceType?
    private let config: JSONObject
    private let schedule: String?
    private let entities: [EntitySelection]?
    private let connectorVersion: String?

    /// Checks a body; `offer` is the connector that it asks for. Throws `datasource.invalid` with every fault.
    init(_ body: JSONValue, _ offer: Offer?) throws {
        let input = try SourceInput(body, .create)
        var faults = input.faults
        var config = JSONObject()
        var secrets: [String: Secret<String>] = [:]
        // An unknown type is a fault of the body like others, so the rest is still checked.
        if input.type != nil {
            if let connector = offer?.connector {
                let edit = try ConfigEdit(
                    creating: input.config ?? JSONObject(), shape: ConfigShape(connector.descriptor))
                config = edit.plain
                secrets = Dictionary(uniqueKeysWithValues: edit.secrets.map { ($0.text, $1) })
                if !faults.contains(where: { $0.pointer == "/config" }) { faults += edit.faults }
                if case .set(_?) = input.schedule, !connector.descriptor.hasRuns {
                    faults.append(AppError.Fault(FaultCode.scheduleWithoutRuns, at: "/sync_schedule"))
                }
            } else {
                let place = input.connectorVersion == nil ? "/type" : "/connector_version"
                faults.append(AppError.Fault(.connectorUnknown, at: place))
            }
        }
        guard faults.isEmpty, let name = input.name, let type = input.type else {
            throw AppError(.sourceInvalid, faults: faults)
        }
        self.name = name
        self.type = type
        self.config = config
        self.secrets = secrets
        connectorVersion = offer?.manifest?.version
        provenance = input.provenance
        sourceType = input.sourceType
        if case .set(let schedule) = input.schedule { self.schedule = schedule } else { schedule = nil }
        if case .set(let entities) = input.entities { self.entities = entities } else { entities = nil }
    }

    /// The DataSource with the server's stamps.
    func source(_ id: DataSourceID, by caller: Caller, at now: Timestamp, secrets: [String: [UInt8]]) -> DataSource {
        var source = DataSource(
            id: id, tenant: caller.scope.tenant, app: caller.scope.app, createdAt: now, createdBy: caller.subject,
            name: name, type: type)
        source.provenance = provenance ?? source.provenance
        source.sourceType = sourceType ?? source.sourceType
        source.connectorVersion = connectorVersion
        source.config = config
        source.secrets = secrets
        source.schedule = schedule
        source.entities = entities
        source.nextSyncAt = source.nextRun(after: now)
        return source
    }
}
