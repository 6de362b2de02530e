import JSON
import Testing

@testable import Declarative

@Suite("Schemas of configs")
struct ConfigSchemaTests {
    @Test("mark secrets, and every other field as what tells which system it is unless they say otherwise")
    func marks() {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "token": ["type": "string", "airbyte_secret": true], "site": ["type": "string"],
                "start": ["type": "string", "x-identity": false],
                "auth": ["type": "object", "properties": ["key": ["type": "string", "airbyte_secret": true]]],
            ],
        ]
        let properties = ConfigSchema.plain(schema)["properties"]
        #expect(properties?["token"] == ["type": "string", "writeOnly": true, "x-secret": true])
        #expect(properties?["site"] == ["type": "string", "x-identity": true])
        #expect(properties?["start"] == ["type": "string", "x-identity": false])
        #expect(properties?["auth"]?["properties"]?["key"]?["x-secret"] == true)
        #expect(properties?["auth"]?["x-identity"] == nil)
        #expect(ConfigSchema.hiddenSecret(in: schema) == nil)
    }

    @Test("tell where a secret can't be kept apart")
    func hidden() {
        let secret: JSONValue = ["type": "string", "airbyte_secret": true]
        let list: JSONValue = [
            "properties": ["keys": ["type": "array", "items": ["type": "object", "properties": ["k": secret]]]]
        ]
        #expect(ConfigSchema.hiddenSecret(in: list)?.description == "/properties/keys/items/properties/k")
        let map: JSONValue = ["properties": ["a": ["oneOf": [["additionalProperties": secret]]]]]
        #expect(ConfigSchema.hiddenSecret(in: map)?.description == "/properties/a/oneOf/0/additionalProperties")
    }
}
