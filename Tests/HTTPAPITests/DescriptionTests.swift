import APIDescription
import Domain
import JSON
import Testing

@testable import HTTPAPI

@Suite("The descriptions of the API")
struct DescriptionTests {
    private let document = OpenAPIDocument(errors: Stage.errors, version: "1.2.3").json

    @Test("every operation of the contract is bound to a route or answered without a token, and nothing else is")
    func bindings() {
        let bound = Set(Routes.all.map(\.operation.id))
        let open = Set(Contract.operations.filter(\.isOpen).map(\.id))
        #expect(bound.isDisjoint(with: open) && bound.union(open) == Set(Contract.operations.map(\.id)))
    }

    @Test("OpenAPI has every operation once, and every reference leads somewhere")
    func references() throws {
        let paths = try #require(document["paths"]?.objectValue)
        let operations = paths.flatMap { $0.value.objectValue?.members ?? [] }
        #expect(Set(operations.compactMap { $0.value["operationId"]?.stringValue }).count == Contract.operations.count)
        for reference in references(in: .object(document)) {
            let pointer = try #require(JSONPointer(parsing: String(reference.dropFirst())))
            #expect(JSONValue.object(document)[pointer] != nil, "\(reference)")
        }
    }

    @Test("every example of a schema is valid against it")
    func examples() throws {
        let schemas = try #require(document["components"]?["schemas"]?.objectValue)
        for (name, schema) in schemas.map({ ($0.name, $0.value) }) {
            let examples = try #require(schema["examples"]?.arrayValue, "\(name)")
            let whole: JSONValue = ["$ref": .string("#/$defs/" + name), "$defs": local(.object(schemas))]
            let checked = try JSONSchema(whole, patternMatcher: { _, _ in true })
            for example in examples { #expect(checked.validate(example).isEmpty, "\(name)") }
        }
    }

    @Test(
        "manifest and OpenAPI are open, and a client that has them is told so",
        arguments: ["/api/v1/manifest", "/openapi.json"])
    func documents(path: String) async throws {
        let stage = try await Stage()
        let reply = try await stage.send(.get, path, token: "")
        let tag = try #require(reply.etag)
        #expect(reply.status == 200 && reply.header("Cache-Control") != nil)
        let again = try await stage.send(.get, path, token: "", headers: ["If-None-Match": tag])
        #expect(again.status == 304 && again.bytes.isEmpty)
        #expect(try await stage.send(.post, path, [:], token: "").status == 405)
    }

    @Test("the manifest names the resource, its fields with the origin's types, its verbs and calls")
    func manifest() throws {
        let manifest = Manifest(errors: Stage.errors, version: "1.2.3").json
        #expect(manifest["version"] == "1.2.3" && manifest["base_path"] == "/api/v1")
        let source = try #require(manifest["resources"]?[0])
        #expect(source["name"] == "DataSource" && source["path"] == "/api/v1/datasources")
        #expect(source["client"] == "client.datasources")
        let fields = try #require(source["fields"]?.arrayValue)
        let types = Dictionary(
            uniqueKeysWithValues: fields.compactMap { field in
                field["name"]?.stringValue.flatMap { name in field["type"]?.stringValue.map { (name, $0) } }
            })
        #expect(types["id"] == "uuid" && types["created_at"] == "date-time" && types["status"] == "enum")
        #expect(types["schema_version"] == "number" && types["config"] == "object" && types["entities"] == "array")
        #expect(source["verbs"]?[0]?["call"] == "client.datasources.list()")
        let required = fields.filter { $0["required"] == true }.compactMap { $0["name"]?.stringValue }
        #expect(required == ["id", "tenant_id", "created_at", "updated_at", "name", "type"])
    }

    private func references(in value: JSONValue) -> [String] {
        if let object = value.objectValue {
            let own = object["$ref"]?.stringValue.map { [$0] } ?? []
            return own + object.flatMap { references(in: $0.value) }
        }
        return (value.arrayValue ?? []).flatMap(references)
    }

    /// The schemas with references to each other as JSON Schema has them.
    private func local(_ value: JSONValue) -> JSONValue {
        if let object = value.objectValue {
            return .object(
                JSONObject(
                    object.map { member in
                        let text = member.name == "$ref" ? member.value.stringValue : nil
                        let name = text?.split(separator: "/").last.map(String.init)
                        return (member.name, name.map { .string("#/$defs/" + $0) } ?? local(member.value))
                    }))
        }
        return value.arrayValue.map { .array($0.map(local)) } ?? value
    }
}
