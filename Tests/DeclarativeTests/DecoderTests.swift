import Domain
import Interpolation
import JSON
import Testing

@testable import Declarative

@Suite("Decoders of bodies")
struct DecoderTests {
    @Test("take a JSON array's elements, or the one object")
    func json() throws {
        #expect(try JSONBodyDecoder().elements(#"[{"a": 1}, 2]"#) == [["a": 1], 2])
        #expect(try JSONBodyDecoder().elements("\u{FEFF} {\"a\": [1]}") == [["a": [1]]])
    }

    @Test(
        "find nothing in a body that isn't JSON, except within an archive", arguments: ["", "[", "[1] 2", "<a/>", "7"])
    func notJSON(body: String) throws {
        #expect(try JSONBodyDecoder().elements(body) == [])
    }

    @Test("say so where an archive holds what isn't JSON")
    func strictJSON() {
        let error = #expect(throws: AppError.self) { try JSONBodyDecoder(isStrict: true).elements("[1,") }
        #expect(error?.code == ErrorCode.bodyDamaged.code)
    }

    @Test("pass over lines of JSONL that aren't JSON, the cut last one too")
    func lines() throws {
        #expect(try JSONLinesDecoder().elements("{\"a\":1}\n\nno\r\n2\n{\"b\"") == [["a": 1], 2])
    }

    @Test("cut the elements of an array within a document")
    func items() throws {
        let decoder = JSONItemsDecoder(path: JSONElementPath(names: ["data", "users"]))
        #expect(
            try decoder.elements(#"{"x": [1], "data": {"users": [{"id": 1}, {"id": 2}]}}"#) == [["id": 1], ["id": 2]])
    }

    @Test(
        "make an object of each CSV row",
        arguments: zip(
            [
                "a,b\n1,2\r\n\n3\n", "a,b\n1,2,3,4\n", "a,a,b\n1,2,3", "a\n\"x \"\"y\"\" \r\nz\"w\n",
                "a,b\nno\"quote\",-",
            ],
            [
                [["a": "1", "b": "2"], ["a": "3", "b": .none]], [["a": "1", "b": "2", "null": ["3", "4"]]],
                [["a": "2", "b": "3"]], [["a": "x \"y\" \nzw"]], [["a": "no\"quote\"", "b": .none]],
            ] as [[Value]]))
    func csv(text: String, rows: [Value]) throws {
        let decoder = CSVBodyDecoder(encoding: .utf8, delimiter: UInt8(ascii: ","), nulls: ["-"])
        #expect(try decoder.elements(text) == rows)
    }

    @Test("read other encodings")
    func encodings() throws {
        let latin = CSVBodyDecoder(encoding: .latin1, delimiter: UInt8(ascii: ";"), nulls: [])
        #expect(try latin.elements([0x61, 0x3B, 0xE9, 0x0A, 0x31, 0x3B, 0x32]) == [["a": "1", "é": "2"]])
        let wide = CSVBodyDecoder(encoding: .utf16, delimiter: UInt8(ascii: ","), nulls: [])
        #expect(try wide.elements([0xFE, 0xFF, 0, 0x61, 0, 0x0A, 0xD8, 0x3D, 0xDE, 0x00]) == [["a": "😀"]])
        let utf8 = CSVBodyDecoder(encoding: .utf8, delimiter: UInt8(ascii: ","), nulls: [])
        #expect(throws: AppError.self) { try utf8.elements([0x61, 0x0A, 0xFF]) }
    }

    @Test("wrap each line of a text")
    func text() throws {
        #expect(try LinesDecoder().elements("a\r\n\nb") == [["record": "a"], ["record": ""], ["record": "b"]])
    }

    @Test("inflate gzip, and read as it is what isn't")
    func gzip() throws {
        let decoder = GzipBodyDecoder(inner: JSONBodyDecoder(isStrict: true))
        let squeezed = try Self.bytes("1f8b08000000000002038bae564a54b232ac8d05007d73cbf209000000")
        #expect(try decoder.elements(squeezed) == [["a": 1]])
        #expect(throws: AppError.self) { try decoder.elements(Array(squeezed.dropLast(12))) }
        #expect(try decoder.elements(#"[{"a":1}]"#) == [["a": 1]])
    }

    @Test("refuse CSV whose short rows come to far more than they are")
    func csvBomb() throws {
        let decoder = CSVBodyDecoder(encoding: .utf8, delimiter: UInt8(ascii: ","), nulls: [])
        let header = String(repeating: "h", count: 8 << 20)
        let rows = { (count: Int) in Array((header + "\n" + String(repeating: "1\n", count: count)).utf8) }
        #expect(try decoder.count(rows(7)) == 7)
        let error = #expect(throws: AppError.self) { try decoder.count(rows(9)) }
        #expect(error?.code == "declarative.body_too_large" && error?.recovery == .fixConfig)
    }

    @Test("read each file of a zip archive, and refuse one whose content isn't what its directory says")
    func archives() throws {
        let decoder = ZipBodyDecoder(inner: JSONLinesDecoder())
        let content = Array("{\"a\":1}\n2\n".utf8)
        #expect(try decoder.elements(Self.archive(content, checksum: 0xA580_C1A9)) == [["a": 1], 2])
        for body in [Self.archive(content, checksum: 0), Self.archive(content, checksum: 0xA580_C1A9).dropLast(), []] {
            let error = #expect(throws: AppError.self) { try decoder.elements(body) }
            #expect(error?.code == ErrorCode.bodyDamaged.code)
        }
    }

    private static func bytes(_ hex: String) throws -> [UInt8] {
        let digits = Array(hex.utf8)
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16))
        }
    }

    /// A zip archive of one stored file.
    private static func archive(_ content: [UInt8], checksum: UInt32) -> [UInt8] {
        let name = "a.jsonl"
        func short(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
        func long(_ value: Int) -> [UInt8] { short(value & 0xFFFF) + short(value >> 16) }
        let facts = short(0) + short(0) + short(0) + short(0) + long(Int(checksum)) + long(content.count)
        let sizes = long(content.count) + short(name.utf8.count) + short(0)
        let file = long(0x0403_4B50) + short(20) + facts + sizes + Array(name.utf8) + content
        let entry =
            long(0x0201_4B50) + short(20) + short(20) + facts + sizes + short(0) + short(0) + short(0) + long(0)
            + long(0) + Array(name.utf8)
        let end = long(0x0605_4B50) + short(0) + short(0) + short(1) + short(1)
        return file + entry + end + long(entry.count) + long(file.count) + short(0)
    }
}
