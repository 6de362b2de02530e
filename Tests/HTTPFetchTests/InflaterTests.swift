import Inflation
import Testing

@Suite("Inflating data in pieces")
struct InflaterTests {
    /// gzip of 5,000 times `a`.
    private static let repeated = bytes(
        "1f8b0800000000000203edc13101000000c2a0aceb5fc2147e4001000000006f037659f44c88130000")
    private static let bare = bytes("cb48cdc9c90700")
    private static let zlib = bytes("789ccb48cdc9c90700062c0215")

    private static func bytes(_ hex: String) -> [UInt8] {
        var digits = Array(hex.utf8).map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }[...]
        var bytes: [UInt8] = []
        while digits.count > 1 { bytes.append(digits.removeFirst() << 4 | digits.removeFirst()) }
        return bytes
    }

    private func inflate(
        _ data: [UInt8], _ format: Inflater.Format, _ limits: Inflater.Limits = .init()
    ) throws -> [UInt8] {
        let inflater = try #require(Inflater(format, limits: limits))
        var output: [UInt8] = []
        for byte in data { try inflater.feed([byte], into: &output) }
        try inflater.finish()
        return output
    }

    @Test("gives what went in, however small the pieces are")
    func roundTrip() throws {
        #expect(try inflate(Self.repeated, .gzip) == Array(repeating: UInt8(ascii: "a"), count: 5_000))
        #expect(try inflate(Self.repeated + Self.repeated, .gzip).count == 10_000)
        #expect(try inflate(Self.zlib, .deflate) == Array("hello".utf8))
    }

    @Test("takes deflate without its frame too, as some servers send it")
    func bare() throws {
        let inflater = try #require(Inflater(.deflate))
        var output: [UInt8] = []
        try inflater.feed(Self.bare, into: &output)
        #expect(output == Array("hello".utf8))
    }

    @Test("ends with an error where too much comes out")
    func bounds() {
        #expect(throws: InflationError.tooLarge(1_000)) { try inflate(Self.repeated, .gzip, .init(bytes: 1_000)) }
        var limits = Inflater.Limits(ratio: 10)
        limits.freeBytes = 100
        #expect(throws: InflationError.ratio(10)) { try inflate(Self.repeated, .gzip, limits) }
    }

    @Test("tells data that is cut from data that is damaged")
    func damage() {
        #expect(throws: InflationError.truncated) { try inflate(Array(Self.repeated.dropLast(4)), .gzip) }
        #expect(throws: InflationError.damaged) { try inflate([1, 2, 3, 4], .gzip) }
    }
}
