import Domain
import JSON
import Testing

@testable import Registry

@Suite("Config edits")
struct ConfigEditTests {
    private func shape(_ properties: JSONValue, required: JSONValue = []) throws -> ConfigShape {
        try ConfigShape(
            ConnectorDescriptor(
                type: "t", title: "T", description: "", docsURL: "/",
                configSchema: [
                    "type": "object", "properties": properties, "required": required, "additionalProperties": false,
                ], capabilities: [], version: "1"))
    }

    private static let secret: JSONValue = ["type": "string", "minLength": 3, "writeOnly": true, "x-secret": true]

    @Test("secrets are cut out of any depth and checked with the rest")
    func cut() throws {
        let shape = try shape([
            "a": ["type": "object", "properties": ["b": ["type": "object", "properties": ["key": Self.secret]]]]
        ])
        let edit = ConfigEdit(creating: ["a": ["b": ["key": "abc"], "x": 1]], shape: shape)
        #expect(edit.plain == ["a": ["b": [:], "x": 1]])
        #expect(edit.secrets.keys.map(\.text) == ["a.b.key"] && edit.faults.isEmpty)
        let short = ConfigEdit(creating: ["a": ["b": ["key": "a"]]], shape: shape)
        #expect(short.faults.map(\.pointer) == ["/config/a/b/key"] && short.faults.map(\.code) == ["config.length"])
    }

    @Test("a text that doesn't fit a pattern is explained by the field's description")
    func patterns() throws {
        let shape = try shape([
            "a": ["type": "string", "pattern": "^x+$", "description": "Some x."],
            "b": ["type": "string", "pattern": "^x+$"],
        ])
        let edit = ConfigEdit(creating: ["a": "y", "b": "y"], shape: shape)
        #expect(edit.faults.map(\.code) == ["config.format", "config.format"])
        #expect(edit.faults.first?.detail.hasSuffix(" Some x.") == true)
        #expect(edit.faults.allSatisfy { !$0.detail.contains("^x+$") })
    }

    @Test("a kept secret still counts when the rest is checked")
    func kept() throws {
        let shape = try shape(["key": Self.secret, "n": ["type": "integer"]], required: ["key"])
        let old = (plain: JSONObject(), secrets: [DottedPath("key"): Secret("abc")])
        let edit = ConfigEdit(patching: old, with: ["n": 1], shape: shape)
        #expect(edit.faults.isEmpty && edit.isChange && !edit.isOtherSystem)
        #expect(edit.plain == ["n": 1] && edit.secrets.count == 1)
        let same = ConfigEdit(patching: (["n": 1], old.secrets), with: ["n": 1.0], shape: shape)
        #expect(!same.isChange)
    }

    @Test("a secret that names the system makes another system when it changes")
    func secretIdentity() throws {
        var mark = Self.secret.objectValue ?? JSONObject()
        mark["x-identity"] = true
        let shape = try shape(["url": .object(mark), "key": Self.secret])
        let old = (
            plain: JSONObject(), secrets: [DottedPath("url"): Secret("db://a"), DottedPath("key"): Secret("abc")]
        )
        let same = ConfigEdit(patching: old, with: ["url": "db://a"], shape: shape)
        #expect(!same.isOtherSystem && same.faults.isEmpty)
        let other = ConfigEdit(patching: old, with: ["url": "db://b"], shape: shape)
        #expect(other.isOtherSystem && other.faults.map(\.pointer) == ["/config/key"])
    }

    @Test("a schema with secrets within arrays is refused, since they couldn't be kept apart")
    func secretsInArrays() throws {
        #expect(throws: AppError.self) {
            try shape(["list": ["type": "array", "items": ["type": "object", "properties": ["key": Self.secret]]]])
        }
    }

    @Test("a value set at a path makes the objects on its way, and none when it is removed")
    func paths() {
        let path = DottedPath("a.b.c")
        #expect(path.setting(1, in: [:]) == ["a": ["b": ["c": 1]]])
        #expect(path.setting(nil, in: [:]) == [:])
        #expect(path.setting(nil, in: ["a": ["b": ["c": 1, "d": 2]]]) == ["a": ["b": ["d": 2]]])
        #expect(path.setting(1, in: ["a": 5]) == ["a": 5])
        #expect(path.pointer == "/config/a/b/c")
    }
}
