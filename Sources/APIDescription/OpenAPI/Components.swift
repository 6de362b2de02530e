import Domain
import JSON

/// What operations share: schemas, headers, security.
struct Components {
    /// Everything of it that the contract needs.
    static func json(_ problems: ProblemResponses) -> JSONValue {
        [
            "schemas": .object(schemas), "responses": .object(problems.shared), "headers": .object(headers),
            "parameters": .object(parameters), "securitySchemes": securitySchemes,
        ]
    }

    /// The reference to a component.
    static func reference(_ kind: String, _ name: String) -> JSONValue {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }

    private static var schemas: JSONObject {
        var schemas = JSONObject()
        for resource in Contract.resources where resource.isAnswered {
            schemas[resource.name] = SchemaOf.answer(resource)
        }
        for operation in Contract.operations {
            for case .page(let resource) in operation.answers.map(\.content) {
                schemas[pageName(resource)] = page(of: resource)
            }
            guard let body = operation.body else { continue }
            addRequest(body.resource, body.use, to: &schemas)
        }
        return schemas
    }

    private static func addRequest(_ resource: Resource, _ use: Operation.Body.Use, to schemas: inout JSONObject) {
        schemas[SchemaOf.name(resource, .request, use)] = SchemaOf.request(resource, use)
        for field in resource.fields where (use == .patch ? field.onPatch : field.onCreate) != .refused {
            addParts(field.form, to: &schemas)
        }
    }

    private static func addParts(_ form: ResourceField.Form, to schemas: inout JSONObject) {
        switch form {
        case .nested(let resource): addRequest(resource, .create, to: &schemas)
        case .list(let form, _), .map(let form): addParts(form, to: &schemas)
        default: break
        }
    }

    /// What a page of the resource is called.
    static func pageName(_ resource: Resource) -> String { resource.name + "Page" }

    private static func page(of resource: Resource) -> JSONValue {
        [
            "type": "object", "description": .string("One page of a list of \(resource.name)."),
            "required": ["items", "next_cursor", "total"],
            "properties": [
                "items": ["type": "array", "items": SchemaOf.reference(resource, .answer)],
                "next_cursor": [
                    "type": ["string", "null"],
                    "description": "Where to go on; null at the end. It fits only the same filters and order.",
                ],
                "total": [
                    "type": ["integer", "null"], "format": "int64", "minimum": 0,
                    "description": "Items of the whole list; null where they aren't counted.",
                ],
            ],
            "examples": [["items": [.object(resource.example)], "next_cursor": .null, "total": 1]],
        ]
    }

    private static var headers: JSONObject {
        [
            "X-Request-Id": header(
                true, ["type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"],
                "Names the request in the server's log; the request's own where it sends a well-formed one."),
            "ETag": header(true, ["type": "string"], "The version of what is answered (RFC 9110 section 8.8.3)."),
            "Location": header(true, ["type": "string"], "The path of what was made."),
            "Retry-After": header(true, ["type": "integer", "minimum": 1], "Seconds to wait before another try."),
            "WWW-Authenticate": header(true, ["type": "string"], "How to authenticate (RFC 9110 section 11.6.1)."),
            "Allow": header(true, ["type": "string"], "The methods that the path takes."),
            "RateLimit": header(
                false, ["type": "string"], "What is left of the caller's rate limit; absent where there is none."),
            "RateLimit-Policy": header(
                false, ["type": "string"], "The caller's rate limit; absent where there is none."),
            "Idempotent-Replayed": header(
                false, ["type": "string", "enum": ["true"]],
                "There when the answer is that of an earlier request with the same `Idempotency-Key`."),
        ]
    }

    private static func header(_ isRequired: Bool, _ schema: JSONValue, _ note: String) -> JSONValue {
        ["description": .string(note), "required": .bool(isRequired), "schema": schema]
    }

    /// The parameters in headers.
    private static var parameters: JSONObject {
        [
            "Idempotency-Key": parameter(
                "Idempotency-Key", "^[!-~]{1,255}$", "order-4711-sync",
                "Makes a retry safe: within 24 hours the same key with the same request gets the stored answer."),
            "If-Match": parameter(
                "If-Match", entityTags, "\"3.0\"", "Only if the resource still has one of these tags, else 412."),
            "If-None-Match": parameter(
                "If-None-Match", entityTags, "\"3.7\"", "Only if the resource has none of these tags, else 304."),
        ]
    }

    /// RFC 9110 sections 8.8.3, 13.1.1 and 13.1.2.
    private static let entityTags =
        #"^(\*|(W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*)$"#

    private static func parameter(_ name: String, _ pattern: String, _ example: String, _ note: String) -> JSONValue {
        [
            "name": .string(name), "in": "header", "description": .string(note),
            "schema": ["type": "string", "pattern": .string(pattern)], "example": .string(example),
        ]
    }

    private static var securitySchemes: JSONValue {
        let scopes = JSONObject(Grant.allCases.map { ($0.rawValue, .string($0.note)) })
        return [
            "bearer": [
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A token of the built-in issuer or of one that is configured.",
            ],
            "clientCredentials": [
                "type": "oauth2", "description": "An Application's id and one of its keys get a token.",
                "flows": [
                    "clientCredentials": [
                        "tokenUrl": .string(Contract.operation("auth.token")?.path ?? ""), "scopes": .object(scopes),
                    ]
                ],
            ],
        ]
    }
}
