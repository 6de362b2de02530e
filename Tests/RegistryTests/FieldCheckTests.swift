import Domain
import JSON
import Testing

@testable import Registry

@Suite("Field checks")
struct FieldCheckTests {
    @Test("the declaration has each field once, and what a client may write is what the checks let through")
    func declaration() {
        let fields = Resource.dataSource.fields
        #expect(Set(fields.map(\.name)).count == fields.count)
        #expect(
            fields.filter { $0.onCreate != .refused }.map(\.name).sorted()
                == [
                    "config", "connector_version", "entities", "name", "source", "source_type", "sync_schedule", "type",
                ])
        #expect(
            fields.filter { $0.onPatch != .refused }.map(\.name).sorted() == [
                "config", "connector_version", "entities", "is_deleted", "name", "source", "source_type", "status",
                "sync_schedule", "type",
            ])
    }

    @Test("every field refuses a value of another JSON type", arguments: Resource.dataSource.fields)
    func types(_ field: ResourceField) {
        let others: [JSONValue] = [true, 1, "x", [], [:]].filter { $0.kind != field.form.jsonType }
        for value in others {
            #expect(FormCheck(form: field.form).fault(of: value, at: JSONPointer(["x"]))?.code == "field.type")
        }
        #expect(others.count == 4)
    }

    @Test(
        "names are counted without the white space around them, in characters and not in bytes",
        arguments: [
            ("", false), ("  \t ", false), ("a", true), (" " + String(repeating: "ü", count: 200) + " ", true),
            (String(repeating: "a", count: 201), false), ("a\u{0}b", false), ("a\nb", false),
        ])
    func names(_ name: String, _ isGood: Bool) {
        #expect((FormCheck(form: .label(1...200)).fault(of: .string(name), at: JSONPointer(["name"])) == nil) == isGood)
    }

    @Test(
        "tags are 1 to 64 of lower-case letters, digits, dots, dashes and underscores",
        arguments: [
            ("edm", true), ("a.b-c_9", true), ("", false), ("EDM", false), ("a b", false), ("ä", false),
            (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
        ])
    func tags(_ tag: String, _ isGood: Bool) {
        #expect((FormCheck(form: .tag).fault(of: .string(tag), at: JSONPointer(["source"])) == nil) == isGood)
    }

    @Test("null is absence on create and a removal only where the field can be null on patch")
    func nulls() throws {
        let create = try SourceInput(["name": "a", "type": "t", "source": .null, "sync_schedule": .null], .create)
        #expect(create.faults.isEmpty && create.provenance == nil)
        let patch = try SourceInput(["source": .null, "sync_schedule": .null, "name": .null], .patch)
        #expect(Set(patch.faults.map(\.pointer)) == ["/source", "/name"])
        guard case .set(nil) = patch.schedule else {
            Issue.record("a null schedule must be a removal")
            return
        }
    }

    @Test("pointers escape what a name may hold")
    func pointers() throws {
        let input = try SourceInput(["name": "a", "type": "t", "a/b~c": 1], .create)
        #expect(input.faults.map(\.pointer) == ["/a~1b~0c"])
    }

    @Test("more entities than the limit are one fault, not a thousand")
    func manyEntities() throws {
        let entities = (0...DataSourceFields.mostEntities).map {
            JSONValue.object(["name": .string("e\($0)"), "mode": "full"])
        }
        let input = try SourceInput(["name": "a", "type": "t", "entities": .array(entities)], .create)
        #expect(input.faults.map(\.pointer) == ["/entities"] && input.faults.map(\.code) == ["field.length"])
    }
}
