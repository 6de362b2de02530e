public import Domain
public import JSON

/// The resources with their fields, verbs and paths, as `/api/v1/manifest` has them: made of the contract.
public struct Manifest {
    /// The whole document.
    public let json: JSONObject

    /// Makes the document of this version of the program.
    public init(errors: ErrorCatalog, version: String) {
        let main = Set(Contract.groups.map(\.resource.name))
        json = [
            "version": .string(version), "base_path": .string(Contract.basePath),
            "resources": .array(Contract.groups.map { Self.resource($0, errors) }),
            "parts": .array(Contract.resources.filter { !main.contains($0.name) }.map(Self.part)),
        ]
    }

    private static func resource(_ group: Contract.Group, _ errors: ErrorCatalog) -> JSONValue {
        let operations = group.operations
        let list = operations.first { $0.verb == "list" }
        let sort = list?.parameters.first { $0.name == "sort" }
        let filters = (list?.parameters ?? []).filter { !["sort", "limit", "cursor"].contains($0.name) }
        return [
            "name": .string(group.resource.name), "title": .string(group.title),
            "path": operations.first.map { .string($0.path) } ?? .null,
            "client": .string("client." + group.id), "note": .string(group.resource.note),
            "fields": .array(group.resource.fields.map(field)),
            "verbs": .array(operations.map { verb($0, errors) }),
            "filters": .array(filters.map { .string($0.name) }),
            "sorts": .array(sort.map(\.form.choices) ?? []), "default_sort": sort?.standard ?? .null,
        ]
    }

    private static func part(_ resource: Resource) -> JSONValue {
        [
            "name": .string(resource.name), "note": .string(resource.note),
            "fields": .array(resource.fields.map(field)),
        ]
    }

    private static func field(_ field: ResourceField) -> JSONValue {
        var json: JSONObject = [
            "name": .string(field.name), "type": .string(field.form.manifestType),
            "required": .bool(field.isEssential), "nullable": .bool(field.isNullable),
            "stamped": .bool(field.isStamped), "create": .string(field.onCreate.word),
            "patch": .string(field.onPatch.word),
        ]
        if field.isLeftOut { json["absent_when_empty"] = true }
        json = merge(json, field.form.manifestBounds)
        json["default"] = field.standard
        json["example"] = field.example
        json["note"] = .string(field.note)
        return .object(json)
    }

    private static func verb(_ operation: Operation, _ errors: ErrorCatalog) -> JSONValue {
        var json: JSONObject = [
            "verb": .string(operation.verb), "id": .string(operation.id),
            "method": .string(operation.method.rawValue), "path": .string(operation.path),
            "call": .string("client.\(operation.group).\(operation.call)"),
            "summary": .string(operation.summary),
        ]
        if !operation.note.isEmpty { json["note"] = .string(operation.note) }
        json["grant"] = operation.grant.map { .string($0.rawValue) } ?? .null
        json["open"] = .bool(operation.isOpen)
        json["parameters"] = .array(
            operation.places.map { parameter($0, "path") } + operation.parameters.map { parameter($0, "query") })
        json["body"] = operation.body.map(body) ?? .null
        json["answers"] = .array(operation.answers.map(answer))
        json["errors"] = .array(operation.errors.map { code in error(code, errors) })
        return .object(json)
    }

    private static func parameter(_ parameter: Parameter, _ place: String) -> JSONValue {
        var json: JSONObject = [
            "name": .string(parameter.name), "in": .string(place), "type": .string(parameter.form.manifestType),
            "required": .bool(place == "path"),
        ]
        if parameter.isRepeatable { json["repeatable"] = true }
        json = merge(json, parameter.form.manifestBounds)
        json["default"] = parameter.standard
        json["note"] = .string(parameter.note)
        return .object(json)
    }

    private static func body(_ body: Operation.Body) -> JSONValue {
        [
            "resource": .string(body.resource.name), "required": .bool(body.isRequired),
            "media_types": .array(body.mediaTypes.map { .string($0) }), "most_bytes": .int(body.mostBytes),
        ]
    }

    private static func answer(_ answer: Operation.Answer) -> JSONValue {
        var json: JSONObject = ["status": .int(answer.status)]
        switch answer.content {
        case .one(let resource): json["resource"] = .string(resource.name)
        case .page(let resource): (json["resource"], json["page"]) = (.string(resource.name), true)
        case .events(let resource): (json["resource"], json["events"]) = (.string(resource.name), true)
        case .text(let mediaType): json["media_type"] = .string(mediaType)
        case .none, .json: break
        }
        if !answer.headers.isEmpty { json["headers"] = .array(answer.headers.map { .string($0) }) }
        json["note"] = .string(answer.note)
        return .object(json)
    }

    private static func error(_ code: String, _ errors: ErrorCatalog) -> JSONValue {
        let entry = errors[code]
        let statuses = (entry?.category.statuses ?? []).sorted().map { JSONValue.int($0) }
        return ["code": .string(code), "status": statuses.first ?? .null, "summary": .string(entry?.summary ?? "")]
    }

    private static func merge(_ object: JSONObject, _ other: JSONObject) -> JSONObject {
        JSONObject((object.members + other.members).map { ($0.name, $0.value) })
    }
}

extension Operation {
    /// The call of a client: `update(id, …)`.
    fileprivate var call: String {
        let words = verb.split(separator: "_")
        let name = words.dropFirst().reduce(String(words.first ?? "")) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
        var arguments = places.map(\.name)
        if body != nil { arguments.append("body") }
        return "\(name)(\(arguments.joined(separator: ", ")))"
    }
}

extension ResourceField.Use {
    fileprivate var word: String {
        switch self {
        case .required: "required"
        case .optional: "optional"
        case .refused: "refused"
        case .fixed: "fixed"
        }
    }
}

extension ResourceField.Form {
    fileprivate var choices: [JSONValue] {
        guard case .choice(let choices) = self else { return [] }
        return choices.map { .string($0) }
    }

    /// What the manifest calls the type.
    fileprivate var manifestType: String {
        switch self {
        case .id(let prefix): prefix.isEmpty ? "string" : "uuid"
        case .time: "date-time"
        case .choice: "enum"
        case .any: "any"
        default: jsonType
        }
    }

    /// What else the manifest says of the type.
    fileprivate var manifestBounds: JSONObject {
        switch self {
        case .text(let length), .label(let length):
            ["min_length": .int(length.lowerBound), "max_length": .int(length.upperBound)]
        case .tag: ["pattern": "^[a-z0-9._-]{1,64}$"]
        case .choice: ["values": .array(choices)]
        case .id(let prefix): prefix.isEmpty ? [:] : ["prefix": .string(prefix)]
        case .schedule: ["format": "schedule"]
        case .duration: ["format": "duration"]
        case .count: ["minimum": 0]
        case .integer(let range): ["minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
        case .map(let form): ["of": .string(form.manifestType)]
        case .nested(let resource): ["part": .string(resource.name)]
        case .list(let form, let count): form.listBounds(count)
        case .time, .flag, .object, .any: [:]
        }
    }

    private func listBounds(_ count: ClosedRange<Int>) -> JSONObject {
        var bounds: JSONObject = ["items": .string(manifestType)]
        if case .nested(let resource) = self { bounds["part"] = .string(resource.name) }
        bounds["min_items"] = .int(count.lowerBound)
        bounds["max_items"] = .int(count.upperBound)
        return bounds
    }
}
