import Interpolation
import Testing

@Suite("A value")
struct ValueTests {
    @Test("equals what Python finds equal")
    func equality() {
        #expect(Value.int(1) == .float(1))
        #expect(Value.bool(true) == .int(1))
        #expect(Value.list([1, 2]) != .tuple([1, 2]))
        #expect(Value.string("e\u{301}") != .string("\u{E9}"))
        #expect(Value.mapping(["a": 1, "b": 2]) == .mapping(["b": 2, "a": 1.0]))
    }

    @Test(
        "comes back from JSON as it was",
        arguments: ["{\"a\":[1,2.5,null,true,\"x\"]}", "123456789012345678901234567890"])
    func json(text: String) throws {
        #expect(String(decoding: try Value(json: text).json, as: UTF8.self) == text)
    }
}
