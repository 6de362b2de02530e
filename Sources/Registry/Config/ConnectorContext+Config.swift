public import ConnectorAPI
public import Domain
public import JSON

extension ConnectorContext {
    /// What a connector is given for a config with its secrets in it, once that is valid; nothing is kept.
    ///
    /// Errors: `config.invalid` with every fault, `connector.fault` for a schema that can't be read.
    public init(tenant: TenantID, config: JSONObject, for connector: ConnectorDescriptor) throws {
        let edit = try ConfigEdit(creating: config, shape: ConfigShape(connector))
        if !edit.faults.isEmpty { throw AppError(.configInvalid, faults: edit.faults) }
        self.init(
            tenant: tenant, config: edit.plain,
            secrets: Dictionary(uniqueKeysWithValues: edit.secrets.map { ($0.text, $1) }))
    }
}
