public import Domain
public import JSON

/// The description of the API for programs (OpenAPI 3.1), made of the contract and of the catalogue of errors.
public struct OpenAPIDocument {
    /// The whole document.
    public let json: JSONObject

    /// Makes the document of this version of the program.
    public init(errors: ErrorCatalog, version: String) {
        let problems = ProblemResponses(errors)
        var paths = JSONObject()
        for operation in Contract.operations {
            var item = paths[operation.path]?.objectValue ?? JSONObject()
            item[operation.method.rawValue.lowercased()] = Self.json(operation, problems)
            paths[operation.path] = .object(item)
        }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Tributary", "version": .string(version), "summary": "A data-source service.",
                "description": .string(Self.introduction),
            ],
            "servers": [["url": "/", "description": "This server."]],
            "security": [["bearer": []]],
            "tags": .array(
                Contract.groups.map {
                    ["name": .string($0.id), "description": .string($0.note), "x-displayName": .string($0.title)]
                }),
            "paths": .object(paths), "components": Components.json(problems),
        ]
    }

    private static let introduction = """
        Registers the external systems that hold a tenant's data, pulls their records, keeps a deduplicated copy of them \
        with a change feed, and says how each source is doing.

        Every answer carries `X-Request-Id`; a request may bring its own of 1 to 128 of `[A-Za-z0-9._-]`. Errors are \
        `application/problem+json` (RFC 9457) with a stable `code`; the codes of each answer are in its `x-codes`. \
        Unknown query parameters and unknown members of bodies are refused.
        """

    private static func json(_ operation: Operation, _ problems: ProblemResponses) -> JSONValue {
        var json: JSONObject = [
            "operationId": .string(operation.symbol), "summary": .string(operation.summary),
            "tags": [.string(operation.group)],
        ]
        if !operation.note.isEmpty { json["description"] = .string(operation.note) }
        let parameters = self.parameters(operation)
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        json["requestBody"] = operation.body.map(requestBody)
        var responses = JSONObject()
        for answer in operation.answers { responses[String(answer.status)] = response(answer, operation) }
        for (status, response) in problems.of(operation) { responses[String(status)] = response }
        json["responses"] = .object(responses)
        json["security"] = security(operation)
        return .object(json)
    }

    private static func security(_ operation: Operation) -> JSONValue {
        if operation.isOpen { return [] }
        let scopes: JSONValue = .array(operation.grant.map { [.string($0.rawValue)] } ?? [])
        return [["bearer": scopes], ["clientCredentials": scopes]]
    }

    private static func parameters(_ operation: Operation) -> [JSONValue] {
        var parameters = operation.places.map { parameter($0, "path") }
        parameters += operation.parameters.map { parameter($0, "query") }
        for condition in Operation.Condition.allCases where operation.conditions.contains(condition) {
            parameters.append(Components.reference("parameters", condition.rawValue))
        }
        if operation.isIdempotentByKey { parameters.append(Components.reference("parameters", "Idempotency-Key")) }
        return parameters
    }

    private static func parameter(_ parameter: Parameter, _ place: String) -> JSONValue {
        var schema = SchemaOf.schema(parameter.form, .answer)
        schema["default"] = parameter.standard
        var json: JSONObject = [
            "name": .string(parameter.name), "in": .string(place), "description": .string(parameter.note),
        ]
        if place == "path" { json["required"] = true }
        if parameter.isRepeatable {
            json["schema"] = ["type": "array", "items": .object(schema)]
            json["example"] = [parameter.example]
        } else {
            json["schema"] = .object(schema)
            if place == "path" || parameter.standard != nil { json["example"] = parameter.example }
        }
        return .object(json)
    }

    private static func requestBody(_ body: Operation.Body) -> JSONValue {
        let schema = SchemaOf.reference(body.resource, .request, body.use)
        var content = JSONObject()
        for mediaType in body.mediaTypes {
            switch body.use {
            case .items where mediaType == "application/json":
                content[mediaType] = [
                    "schema": ["type": "array", "items": schema], "examples": ["items": ["value": pushExample]],
                ]
            case .items:
                content[mediaType] = [
                    "schema": ["type": "string", "description": "One object a line."],
                    "examples": ["lines": ["value": .string(pushExample.lines)]],
                ]
            case .create, .patch:
                let example = body.use == .patch ? body.resource.patchingExample : body.resource.creatingExample
                content[mediaType] = ["schema": schema, "examples": ["usual": ["value": .object(example)]]]
            }
        }
        return ["required": .bool(body.isRequired), "content": .object(content)]
    }

    private static let pushExample: JSONValue = [["id": 1, "name": "Ada"], ["id": 2, "_deleted": true]]

    private static func response(_ answer: Operation.Answer, _ operation: Operation) -> JSONValue {
        var headers: JSONObject = ["X-Request-Id": Components.reference("headers", "X-Request-Id")]
        for name in answer.headers { headers[name] = Components.reference("headers", name) }
        if !operation.isOpen {
            headers["RateLimit"] = Components.reference("headers", "RateLimit")
            headers["RateLimit-Policy"] = Components.reference("headers", "RateLimit-Policy")
        }
        if operation.isIdempotentByKey {
            headers["Idempotent-Replayed"] = Components.reference("headers", "Idempotent-Replayed")
        }
        var json: JSONObject = ["description": .string(answer.note), "headers": .object(headers)]
        json["content"] = content(answer.content)
        let links = Links.of(answer, operation)
        if !links.isEmpty { json["links"] = .object(links) }
        return .object(json)
    }

    private static func content(_ content: Operation.Answer.Content) -> JSONValue? {
        switch content {
        case .none: nil
        case .one(let resource): ["application/json": ["schema": SchemaOf.reference(resource, .answer)]]
        case .page(let resource):
            ["application/json": ["schema": Components.reference("schemas", Components.pageName(resource))]]
        case .events(let resource):
            [
                "text/event-stream": [
                    "schema": [
                        "type": "object",
                        "description": .string("One event; its `data` is a \(resource.name) in JSON."),
                        "required": ["event", "data"],
                        "properties": [
                            "event": ["type": "string"], "id": ["type": "string"], "data": ["type": "string"],
                        ],
                    ]
                ]
            ]
        case .text(let mediaType): [mediaType: ["schema": ["type": "string"]]]
        case .json: ["application/json": ["schema": ["type": "object"]]]
        }
    }
}

extension JSONValue {
    /// An array as JSON lines.
    fileprivate var lines: String { (arrayValue ?? []).map { $0.description + "\n" }.joined() }
}
