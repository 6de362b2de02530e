import ConnectorAPI
import Domain
import JSON

/// What a connector's schema says of configs: which members are secrets, which identify the system, what is valid.
struct ConfigShape {
    let secretPaths: [DottedPath]
    let identityPaths: [DottedPath]
    private let schema: JSONSchema
    private let document: JSONValue

    /// Reads a connector's schema; throws `connector.fault` for one that can't be read, or whose secrets lie within
    /// arrays, where a patch couldn't name them.
    init(_ connector: ConnectorDescriptor) throws {
        document = connector.configSchema
        do throws(JSONSchemaError) {
            schema = try JSONSchema(connector.configSchema)
        } catch {
            throw AppError(.connectorFault, "The config schema of \(connector.type) can't be read: \(error)")
        }
        secretPaths = schema.secretPaths().map(DottedPath.init)
        identityPaths = schema.identityPaths().map(DottedPath.init)
        guard secretPaths.allSatisfy(\.isFixed) else {
            throw AppError(.connectorFault, "The config schema of \(connector.type) has secrets within arrays or maps.")
        }
    }

    /// Takes the secrets out of a config: what is left, and what stood at their places (null too).
    func cut(_ config: JSONObject) -> (plain: JSONObject, secrets: [DottedPath: JSONValue]) {
        var plain = config
        var secrets: [DottedPath: JSONValue] = [:]
        for path in secretPaths {
            guard let value = path.value(in: plain) else { continue }
            secrets[path] = value
            plain = path.setting(nil, in: plain)
        }
        return (plain, secrets)
    }

    /// Everything that is wrong with a config; pointers begin with `/config`.
    func faults(plain: JSONObject, secrets: [DottedPath: Secret<String>]) -> [AppError.Fault] {
        var whole = plain
        for (path, secret) in secrets {
            whole = secret.withExposed { path.setting(.string($0), in: whole) }
        }
        return schema.validate(.object(whole)).map(fault)
    }

    /// Whether two configs connect to different systems.
    func isOtherSystem(
        _ old: (plain: JSONObject, secrets: [DottedPath: Secret<String>]),
        _ new: (plain: JSONObject, secrets: [DottedPath: Secret<String>])
    ) -> Bool {
        let oldConfig = schema.fillingDefaults(in: .object(old.plain)).objectValue ?? JSONObject()
        let newConfig = schema.fillingDefaults(in: .object(new.plain)).objectValue ?? JSONObject()
        return identityPaths.contains { path in
            let place = path.fixedPart
            if secretPaths.contains(path) {
                return old.secrets[path].map { $0.withExposed { $0 } }
                    != new.secrets[path].map { $0.withExposed { $0 } }
            }
            return place.value(in: oldConfig) != place.value(in: newConfig)
        }
    }

    private func fault(of violation: JSONSchemaViolation) -> AppError.Fault {
        let pointer = JSONPointer(["config"] + violation.pointer.tokens).description
        return AppError.Fault(
            code(of: violation, pointer), at: pointer,
            violation.keyword == "pattern" ? explanation(of: violation.pointer) : violation.message)
    }

    /// A pattern is for programs; a person is told what the field's description says of it.
    private func explanation(of place: JSONPointer) -> String {
        let description = document[JSONPointer(["properties"] + place.tokens + ["description"])]?.stringValue
        return [FaultCode.configFormat.summary, description].compactMap { $0 }.joined(separator: " ")
    }

    private func code(of violation: JSONSchemaViolation, _ pointer: String) -> ErrorCode {
        switch violation.keyword {
        case "required":
            secretPaths.contains { $0.pointer == pointer } ? FaultCode.secretMissing : FaultCode.configRequired
        case "additionalProperties": FaultCode.configUnknown
        case "type": FaultCode.configType
        case "minLength", "maxLength", "minItems", "maxItems": FaultCode.configLength
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum": FaultCode.configRange
        case "pattern": FaultCode.configFormat
        default: FaultCode.configValue
        }
    }
}
