import Testing
import WireAPI

@Suite("Paths and cursors")
struct RouteTests {
    @Test("a value is percent-encoded into its path")
    func encoding() {
        let path = Paths.records.text("ds_1", "public.orders / 100% ä?#%2F")
        #expect(path == "/api/v1/datasources/ds_1/records/public.orders%20%2F%20100%25%20%C3%A4%3F%23%252F")
    }

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
