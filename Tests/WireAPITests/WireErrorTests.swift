import JSON
import Testing
import WireAPI

@Suite("Faults of bodies")
struct WireErrorTests {
    private func fault<Shape: WireValue>(_ text: String, as shape: Shape.Type) -> WireError? {
        #expect(throws: WireError.self) { try Shape(parsing: Array(text.utf8)) }
    }

    @Test("a missing member is named")
    func missing() {
        let error = fault(#"{"entity":"a","excerpt":"x"}"#, as: RejectBody.self)
        #expect(error == WireError(pointer: "/reason", detail: "is missing"))
    }

    @Test("a member of another kind is named with its place")
    func wrongKind() {
        let error = fault(
            #"{"items":[{"erased":1},{"erased":"2"}],"next_cursor":null,"total":null}"#, as: Page<ErasureBody>.self)
        #expect(error == WireError(pointer: "/items/1/erased", detail: "must be a whole number, not string"))
        #expect(error?.description == "/items/1/erased: must be a whole number, not string")
    }

    @Test(
        "each kind says what it wants",
        arguments: [
            (#"{"ok":1,"latency_ms":1,"error":null}"#, "/ok: must be a boolean, not number"),
            (#"{"ok":true,"latency_ms":1.5,"error":null}"#, "/latency_ms: must be a whole number, not number"),
            (#"{"ok":true,"latency_ms":1,"error":[]}"#, "/error: must be an object, not array"),
            (
                #"{"ok":true,"latency_ms":1,"error":{"code":null,"message":"","recovery":""}}"#,
                "/error/code: must be a string, not null"
            ),
            (#"[]"#, "must be an object, not array"),
        ])
    func kinds(text: String, expected: String) {
        #expect(fault(text, as: CheckBody.self)?.description == expected)
    }

    @Test("text that isn't JSON is no body")
    func notJSON() {
        #expect(fault("<html>", as: CheckBody.self)?.pointer == "")
    }

    @Test("an older program passes over members that it doesn't know")
    func unknownMembers() throws {
        let text = #"{"later":{"a":[1]},"erased":4}"#
        #expect(try ErasureBody(parsing: Array(text.utf8)) == ErasureBody(erased: 4))
    }

    @Test("pointers escape the names they go through")
    func escapes() {
        #expect(fault(#"{"a/b~c":"x"}"#, as: [String: Int].self)?.pointer == "/a~1b~0c")
    }
}
