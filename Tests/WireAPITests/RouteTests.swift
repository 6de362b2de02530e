import Testing
import WireAPI

@Suite("Paths and cursors")
struct RouteTests {
    @Test("a path built from values gives them back")
    func roundTrip() {
        let awkward = "public.orders / 100% ä?#%2F"
        let path = Paths.records.text("ds_1", awkward)
        #expect(path == "/api/v1/datasources/ds_1/records/public.orders%20%2F%20100%25%20%C3%A4%3F%23%252F")
        #expect(Paths.records.match(path) == ["ds_1", awkward])
        #expect(Paths.datasources.match(Paths.datasources.text) == [])
        #expect(Paths.sync.match(Paths.sync.text("x")) == ["x"])
    }

    @Test(
        "a path that isn't the route's doesn't match",
        arguments: [
            "/api/v1/datasources", "/api/v1/datasources/", "/api/v1/datasources/a/b", "/api/v2/datasources/a",
            "/api/v1/datasources/%", "/api/v1/datasources/%4", "/api/v1/datasources/%zz", "/api/v1/datasources/%FF", "",
        ])
    func mismatch(path: String) { #expect(Paths.datasource.match(path) == nil) }

    @Test(
        "base64url has no padding",
        arguments: [
            ([], ""), ([0], "AA"), ([0xFF], "_w"), ([0xFB, 0xEF], "--8"), ([1, 2, 3], "AQID"),
            (Array("tributary".utf8), "dHJpYnV0YXJ5"),
        ] as [([UInt8], String)])
    func base64URL(bytes: [UInt8], text: String) {
        #expect(CursorText.encode(bytes) == text)
        #expect(CursorText.decode(text) == bytes)
    }

    @Test("every length of bytes comes back")
    func everyLength() {
        for length in 0...200 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(CursorText.decode(CursorText.encode(bytes)) == bytes)
        }
    }

    @Test(
        "a text that isn't the one text of its bytes is refused",
        arguments: ["A", "AAAAA", "AA==", "_x", "AAB", "A+", "A/", "A A", "AQI\n", "ä", "AB"])
    func strict(text: String) { #expect(CursorText.decode(text) == nil) }
}
