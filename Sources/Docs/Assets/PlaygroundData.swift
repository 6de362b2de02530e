import Domain
import JSON

/// The declaration as the playground's script needs it.
enum PlaygroundData {
    static var json: [UInt8] { JSONValue.array(Contract.operations.map(value)).serialized() }

    private static func value(_ operation: Domain.Operation) -> JSONValue {
        var value: JSONObject = [
            "id": .string(operation.id), "method": .string(operation.method.rawValue), "path": .string(operation.path),
            "note": .string(operation.note), "open": .bool(operation.isOpen),
            "page": .string(Place.operation(operation)),
            "places": .array(operation.places.map(value)), "parameters": .array(operation.parameters.map(value)),
            "headers": .array(headers(operation).map { .string($0) }),
            "stream": .bool(operation.isStream),
        ]
        if let grant = operation.grant { value["grant"] = .string(grant.rawValue) }
        if let body = operation.body {
            value["body"] = [
                "required": .bool(body.isRequired), "types": .array(body.mediaTypes.map { .string($0) }),
                "example": .string(example(body).indented(width: 60)),
            ]
        }
        return .object(value)
    }

    private static func value(_ parameter: Parameter) -> JSONValue {
        var value: JSONObject = ["name": .string(parameter.name), "note": .string(parameter.note)]
        value["repeatable"] = .bool(parameter.isRepeatable)
        if let standard = parameter.standard { value["standard"] = .string(FieldTable.plain(standard)) }
        switch parameter.form {
        case .choice(let choices): value["choices"] = .array(choices.map { .string($0) })
        case .flag: value["choices"] = ["true", "false"]
        case .id(let prefix): value["hint"] = .string(prefix + "…")
        default: value["example"] = .string(FieldTable.plain(parameter.example))
        }
        return .object(value)
    }

    private static func headers(_ operation: Domain.Operation) -> [String] {
        let conditions = operation.conditions.map(\.rawValue).sorted()
        return conditions + (operation.method == .post && !operation.isOpen ? ["Idempotency-Key"] : [])
    }

    /// What the body is filled with at first.
    private static func example(_ body: Domain.Operation.Body) -> JSONValue {
        switch body.use {
        case .items: [["id": 1, "name": "Ada"], ["id": 2, "_deleted": true]]
        case .create:
            .object(body.resource.creatingExample)
        case .patch: .object(body.resource.patchingExample)
        }
    }
}
