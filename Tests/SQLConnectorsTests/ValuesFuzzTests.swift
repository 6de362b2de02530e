import Domain
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Hostile rows", .ownThreads)
struct ValuesFuzzTests {
    /// A value or two of each format, and arrays of each.
    private static let values: [(ValueFormat, [[UInt8]])] = [
        (.bool, [[1]]), (.int2, [ValuesTuple.bigEndian(Int16.min)]), (.int4, [ValuesTuple.bigEndian(Int32(12))]),
        (.int8, [ValuesTuple.bigEndian(Int64.max)]), (.oid, [ValuesTuple.bigEndian(UInt32.max)]),
        (.float4, [ValuesTuple.bigEndian(Float(1.5).bitPattern)]), (.float8, [ValuesTuple.bigEndian((0.1).bitPattern)]),
        (
            .numeric,
            [
                ValuesTuple.numeric([1, 5000], weight: 0, scale: 2),
                ValuesTuple.numeric([1, 0, 7], weight: -3, sign: 0x4000, scale: 30),
            ]
        ),
        (.text, [Array("plain text of some length".utf8), Array("a\"\\é\u{10FFFF}\n".utf8)]), (.varchar, [[]]),
        (.bpchar, [Array("ab ".utf8)]), (.name, [Array("n".utf8)]), (.char, [[0x22], [0xF0]]),
        (.bytea, [[0, 1, 2, 255]]),
        (.uuid, [Array(0..<16)]), (.date, [ValuesTuple.bigEndian(Int32(9000))]),
        (.time, [ValuesTuple.bigEndian(Int64(1_000_000))]),
        (.timetz, [ValuesTuple.bigEndian(Int64(1_000_000)) + ValuesTuple.bigEndian(Int32(-19_801))]),
        (.timestamp, [ValuesTuple.bigEndian(Int64(-1))]), (.timestamptz, [ValuesTuple.bigEndian(Int64(8e14))]),
        (
            .interval,
            [
                ValuesTuple.bigEndian(Int64.min) + ValuesTuple.bigEndian(Int32.min) + ValuesTuple.bigEndian(Int32(5))
            ]
        ),
        (.json, [Array("{\"a\": [1, -2.5e3, \"x\\u00e9\", null]}".utf8)]),
        (.jsonb, [[1] + Array("{\"a\": [true, {}], \"b\": \"\\\\\"}".utf8)]),
    ]

    /// A tuple of all formats and its readings; arrays of each with one of three shapes.
    private static func valid(_ random: inout SeededRandom) -> (
        columns: [(name: String, reading: ColumnReading)], bytes: [UInt8]
    ) {
        var columns: [(name: String, reading: ColumnReading)] = []
        var tuple = ValuesTuple(fields: values.count * 2)
        for (format, samples) in values {
            columns.append(("\(format)", ValuesTuple.reading(format)))
            tuple.field(samples[Int.random(in: samples.indices, using: &random)])
            columns.append(("\(format) array", ValuesTuple.reading(format, isArray: true)))
            let shapes: [[(Int32, Int32)]] = [[(2, 1)], [(1, 1), (2, 1)], [(2, -7)], []]
            let shape = shapes[Int.random(in: shapes.indices, using: &random)]
            let elements: [[UInt8]?] =
                shape.isEmpty ? [] : [samples[0], Bool.random(using: &random) ? nil : samples[0]]
            tuple.field(ValuesTuple.array(format.oid, shape, elements))
        }
        return (columns, tuple.bytes)
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard !bytes.isEmpty else { return }
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 4 where Int.random(in: 0..<4, using: &random) == 0: bytes.removeSubrange(place...)
            case 5:
                let edges: [Int32] = [.min, .max, -1, -2, 0, 1, 0x7FFF_FF00, 6, 7]
                let edge = ValuesTuple.bigEndian(edges[Int.random(in: edges.indices, using: &random)])
                for (offset, byte) in edge.enumerated() where place + offset < bytes.count {
                    bytes[place + offset] = byte
                }
            default: bytes[place] = [0, 0xFF, 0x80, 0x7F, 0x27, 0x22, 0x5C][Int.random(in: 0..<7, using: &random)]
            }
        }
    }

    /// Writes from memory that ends where the row does, so that a sanitizer sees a byte read too many.
    private static func write(_ bytes: [UInt8], _ writer: PostgresRowWriter) -> RowFault? {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { block.deallocate() }
        block.copyBytes(from: bytes)
        do {
            try writer.write(UnsafeRawBufferPointer(block))
            return nil
        } catch {
            return error
        }
    }

    private static func expectValid(_ writer: PostgresRowWriter, _ names: [String], _ seed: UInt64) {
        guard writer.object.count <= RecordBatch.maxBodyBytes else { return }
        do {
            let value = try JSONParser(limits: .source).parse(writer.object)
            #expect(value.objectValue?.names == names, "seed \(seed)")
            let key = try writer.keyRanges.map {
                try $0.map {
                    try JSONParser(limits: .source).parse(UnsafeRawBufferPointer(rebasing: writer.object[$0]))
                }
            }
            #expect(key == names.map { value[$0] }, "seed \(seed)")
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }

    @Test("whatever is accepted of a mutated row is valid JSON", arguments: 1...8 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<20 {
            let (columns, valid) = Self.valid(&random)
            let writer = PostgresRowWriter(columns: columns, key: Array(columns.indices), cursor: 4)
            #expect(Self.write(valid, writer) == nil, "seed \(seed)")
            Self.expectValid(writer, columns.map(\.name), seed)
            for _ in 0..<150 {
                var bytes = valid
                Self.mutate(&bytes, &random)
                guard Self.write(bytes, writer) == nil else { continue }
                accepted += 1
                Self.expectValid(writer, columns.map(\.name), seed)
            }
        }
        #expect(accepted > 200, "seed \(seed)")
    }

    @Test("a single value of any bytes is refused or valid JSON", arguments: 1...4 as ClosedRange<UInt64>)
    func singleValues(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for (format, samples) in Self.values {
            for isArray in [false, true] {
                let writer = PostgresRowWriter(
                    columns: [("v", ValuesTuple.reading(format, isArray: isArray))], key: [0], cursor: 0)
                for _ in 0..<150 {
                    var value = samples[Int.random(in: samples.indices, using: &random)]
                    if isArray {
                        value = ValuesTuple.array(format.oid, [(1, 1), (2, Int32(random.next() % 3))], [value, value])
                    }
                    Self.mutate(&value, &random)
                    var tuple = ValuesTuple(fields: 1)
                    tuple.field(value)
                    if Self.write(tuple.bytes, writer) == nil { Self.expectValid(writer, ["v"], seed) }
                }
            }
        }
    }
}
