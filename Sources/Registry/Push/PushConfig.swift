import Domain
import JSON

/// The config of a source of type `push`, which was valid when it was stored.
struct PushConfig {
    /// The type that has this config.
    static let type = "push"

    private let declared: JSONObject

    init(_ config: JSONObject) { declared = config["entities"]?.objectValue ?? JSONObject() }

    /// The entities in the order in which the config has them, each with its primary key's fields; without any a record is
    /// told apart by its whole content.
    var entities: [(name: String, primaryKey: [String])] { declared.map { ($0.name, Self.key($0.value)) } }

    /// The fields of an entity's primary key; nil for an entity that isn't declared.
    func primaryKey(of entity: String) -> [String]? { declared[entity].map(Self.key) }

    private static func key(_ value: JSONValue) -> [String] {
        value["primary_key"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// JSON Schema, draft 2020-12.
    static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Push",
        "required": ["entities"],
        "additionalProperties": false,
        "properties": [
            "entities": [
                "type": "object", "title": "Entities",
                "description": "The kinds of records that are pushed, by name, each with its primary key.",
                "additionalProperties": [
                    "type": "object",
                    "additionalProperties": false,
                    "properties": [
                        "primary_key": [
                            "type": "array", "title": "Primary key", "minItems": 1, "maxItems": 32, "uniqueItems": true,
                            "items": ["type": "string", "minLength": 1, "maxLength": 256],
                            "description": """
                            The top-level fields that tell records apart. Left out, a record is told apart by its whole \
                            content, and can't be deleted by a marker.
                            """,
                        ]
                    ],
                ],
            ]
        ],
    ]
}
