import Interpolation
import Testing

@testable import Declarative

@Suite("A slice of a stream")
struct StreamSliceTests {
    @Test("shows templates its partition and its cursor slice as one mapping, and both by name")
    func parts() {
        let slice = StreamSlice(partition: ["id": 7], cursorSlice: ["start": "a"], extraFields: ["name": "n"])
        #expect(slice.mapping == ["id": 7, "start": "a"])
        #expect(slice.attribute("extra_fields") == ["name": "n"])
        #expect(slice.attribute("partition") == ["id": 7])
        #expect(slice.attribute("id") == nil)
    }
}
