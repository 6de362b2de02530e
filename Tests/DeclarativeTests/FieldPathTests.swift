import Interpolation
import Testing

@testable import Declarative

@Suite("Paths into values")
struct FieldPathTests {
    @Test(
        "match names by patterns",
        arguments: zip(
            ["*", "a*c", "?", "[ab]", "[!ab]", "[a-c]x", "[", "[]a]", "a*", "*a*b*"],
            [["", "ab"], ["ac", "abbc"], ["é"], ["a"], ["c"], ["bx"], ["["], ["]", "a"], ["a"], ["ab", "xaxbx"]]))
    func globs(pattern: String, names: [String]) {
        for name in names { #expect(FieldGlob(pattern).matches(name)) }
        #expect(!FieldGlob(pattern).matches("-aé") || pattern == "*")
    }

    @Test("lead to one value, also in lists, from either end")
    func value() throws {
        let root: Value = ["a": [["b": 1], ["b": 2]], "c": .none]
        #expect(try FieldPath(names: ["a", "1", "b"]).value(in: root) == 2)
        #expect(try FieldPath(names: ["a", "-1", "b"]).value(in: root) == 2)
        #expect(try FieldPath(names: ["c"]).value(in: root) == Value.none)
        #expect(try FieldPath(names: ["c", "d"]).value(in: root) == nil)
        #expect(try FieldPath(names: []).value(in: root) == root)
        #expect(try FieldPath(slashed: "/a/0/b").value(in: root) == 1)
        #expect(throws: FieldPathError.severalMatches) { try FieldPath(names: ["?"]).value(in: root) }
    }

    @Test("lead to all that match, and through any number of steps")
    func values() {
        let root: Value = ["a": [["b": 1], ["b": 2]], "x": ["b": 3, "y": ["b": 4]]]
        #expect(FieldPath(names: ["a", "*", "b"]).values(in: root) == [1, 2])
        #expect(FieldPath(names: ["**", "b"]).values(in: root) == [1, 2, 3, 4])
        #expect(FieldPath(values: [.int(0)]).values(in: ["0": 1]).isEmpty)
        #expect(FieldPath(values: [.int(0)]).values(in: [7]) == [7])
    }

    @Test("remove members, and of a list its last element; others become None")
    func remove() {
        var root: Value = ["a": [1, 2, 3], "b": ["c": 1, "d": 2]]
        FieldPath(names: ["a", "0"]).remove(from: &root)
        FieldPath(names: ["a", "2"]).remove(from: &root)
        FieldPath(names: ["b", "c"]).remove(from: &root)
        FieldPath(names: ["x", "c"]).remove(from: &root)
        #expect(root == ["a": [.none, 2], "b": ["d": 2]])
    }

    @Test("put values in their places and make what is missing on the way")
    func set() throws {
        var root: Value = ["a": 1, "l": [0]]
        try FieldPath.set("x", at: ["b", "2", "c"], in: &root)
        try FieldPath.set("y", at: ["l", "2"], in: &root)
        #expect(root == ["a": 1, "l": [0, .none, "y"], "b": [.none, .none, ["c": "x"]]])
        #expect(throws: FieldPathError.blocked) { try FieldPath.set("z", at: ["a", "b"], in: &root) }
        #expect(throws: FieldPathError.blocked) { try FieldPath.set("z", at: ["l", "x"], in: &root) }
        #expect(root["a"] == 1)
    }
}
