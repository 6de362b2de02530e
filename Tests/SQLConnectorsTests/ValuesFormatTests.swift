import ConnectorAPI
import Domain
import JSON
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Values from binary COPY", .ownThreads)
struct ValuesFormatTests {
    @Test("writes each format in its documented form")
    func forms() throws {
        func written(_ number: some FixedWidthInteger, _ format: ValueFormat) throws -> String {
            try ValuesTuple.written(ValuesTuple.bigEndian(number), as: format)
        }
        #expect(try written(UInt8(1), .bool) == "true")
        #expect(try written(Int64.min, .int8) == "-9223372036854775808")
        #expect(try written(UInt32.max, .oid) == "4294967295")
        #expect(try written((-0.0).bitPattern, .float8) == "-0.0")
        #expect(try written(1e20.bitPattern, .float8) == "1e+20")
        #expect(try written(Double.leastNonzeroMagnitude.bitPattern, .float8) == "5e-324")
        #expect(try written(Double.nan.bitPattern, .float8) == "\"NaN\"")
        #expect(try written((-Float.infinity).bitPattern, .float4) == "\"-Infinity\"")
        #expect(try written(Int64(820_638_245_678_901), .timestamptz) == "\"2026-01-02T03:04:05.678901Z\"")
        #expect(try written(Int64(-1), .timestamp) == "\"1999-12-31T23:59:59.999999\"")
        #expect(try written(Int64.max, .timestamptz) == "\"infinity\"")
        #expect(try written(Int32(-746_117), .date) == "\"0044-03-15 BC\"")
        #expect(try written(Int32.min, .date) == "\"-infinity\"")
        #expect(try written(Int64(86_400_000_000), .time) == "\"24:00:00.000000\"")
        #expect(try written(UInt8(0xFF), .char) == "\"\\\\377\"")
        #expect(try ValuesTuple.written(Array("a\u{1}\"\\\u{7F}é\n".utf8), as: .text) == #""a\u0001\"\\\#u{7F}é\n""#)
        #expect(try ValuesTuple.written(nil, as: .text) == "null")
        let numeric = ValuesTuple.numeric([1, 5000], weight: 0, scale: 2)
        #expect(try ValuesTuple.written(numeric, as: .numeric) == "1.50")
        let interval =
            ValuesTuple.bigEndian(Int64(-1_500_000)) + ValuesTuple.bigEndian(Int32(3))
            + ValuesTuple.bigEndian(Int32(-14))
        #expect(try ValuesTuple.written(interval, as: .interval) == "\"P-1Y-2M3DT-1.5S\"")
        #expect(try ValuesTuple.written([UInt8](repeating: 0, count: 16), as: .interval) == "\"PT0S\"")
    }

    @Test("tells of infinite intervals, which PostgreSQL 17 has")
    func infiniteIntervals() throws {
        let most =
            ValuesTuple.bigEndian(Int64.max) + ValuesTuple.bigEndian(Int32.max) + ValuesTuple.bigEndian(Int32.max)
        let least =
            ValuesTuple.bigEndian(Int64.min) + ValuesTuple.bigEndian(Int32.min) + ValuesTuple.bigEndian(Int32.min)
        #expect(try ValuesTuple.written(most, as: .interval) == "\"infinity\"")
        #expect(try ValuesTuple.written(least, as: .interval) == "\"-infinity\"")
    }

    @Test("writes the shortest digits of every floating-point number", arguments: 1...4 as ClosedRange<UInt64>)
    func shortest(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<10_000 {
            let scale = [1.0, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7][Int.random(in: 0..<8, using: &random)]
            let double =
                switch round % 3 {
                case 0: Double(bitPattern: random.next())
                case 1: Double(Int64.random(in: -1_000_000_000_000_000...1_000_000_000_000_000, using: &random)) / scale
                default: Double(Int32.random(in: -1_000_000...1_000_000, using: &random)) / scale
                }
            let float = round % 3 == 0 ? Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) : Float(double)
            if double.isFinite {
                let text = try ValuesTuple.written(ValuesTuple.bigEndian(double.bitPattern), as: .float8)
                #expect(text == double.description, "seed \(seed)")
            }
            if float.isFinite {
                let text = try ValuesTuple.written(ValuesTuple.bigEndian(float.bitPattern), as: .float4)
                #expect(text == float.description, "seed \(seed)")
            }
        }
    }

    @Test("puts arrays as nested arrays, and as text with bounds where they couldn't say all")
    func arrays() throws {
        let elements: [[UInt8]?] = [Array("a".utf8), nil, Array("\"".utf8), Array("null".utf8)]
        func written(_ format: ValueFormat, _ dimensions: [(Int32, Int32)], _ elements: [[UInt8]?]) throws -> String {
            try ValuesTuple.written(
                ValuesTuple.array(format.oid, dimensions, elements), as: ValuesTuple.reading(format, isArray: true))
        }
        #expect(try written(.text, [], []) == "[]")
        #expect(try written(.text, [(4, 1)], elements) == #"["a",null,"\"","null"]"#)
        #expect(try written(.text, [(2, 1), (2, 1)], elements) == #"[["a",null],["\"","null"]]"#)
        #expect(try written(.text, [(2, 1), (2, 0)], elements) == #""[1:2][0:1]={{\"a\",NULL},{\"\\\"\",\"null\"}}""#)
        let numbers = [ValuesTuple.bigEndian(Int32(1)), nil]
        #expect(try written(.int4, [(2, 0)], numbers) == "\"[0:1]={1,NULL}\"")
        #expect(try written(.bytea, [(1, 5)], [[0, 255]]) == #""[5:5]={\"\\\\x00ff\"}""#)
        #expect(try written(.json, [(1, 1)], [Array("[1, 2]".utf8)]) == "[[1,2]]")
        #expect(try written(.json, [(1, 1), (1, 1)], [Array("[1, 2]".utf8)]) == #""{{\"[1,2]\"}}""#)
    }

    @Test("asks for a column by a cast that no other schema can shadow")
    func expressions() {
        func expression(_ oid: UInt32, kind: Character = "b", element: UInt32 = 0, of: Character = "b") -> String {
            ColumnReading(
                PostgresType(
                    oid: oid, name: "t", kind: kind.asciiValue ?? 0, elementOID: element,
                    elementKind: element == 0 ? 0 : of.asciiValue ?? 0)
            ).expression(of: "\"a\"")
        }
        #expect(expression(23) == "\"a\"::pg_catalog.int4")
        #expect(expression(18) == "\"a\"::pg_catalog.\"char\"")
        #expect(expression(1184) == "\"a\"::pg_catalog.timestamptz")
        #expect(expression(142) == "\"a\"::pg_catalog.text")
        #expect(expression(70_000, kind: "e") == "\"a\"::pg_catalog.text")
        #expect(expression(70_000, kind: "d") == "\"a\"::pg_catalog.text")
        #expect(expression(1007, element: 23) == "\"a\"::pg_catalog.int4[]")
        #expect(expression(70_001, element: 70_000, of: "e") == "\"a\"::pg_catalog.text[]")
        #expect(expression(22, element: 21) == "\"a\"::pg_catalog.text")
        #expect(expression(1006, element: 22) == "\"a\"::pg_catalog.text[]")
        #expect(ValuesTuple.reading(.int2).cursorKind == .integer)
        #expect(ValuesTuple.reading(.int2, isArray: true).cursorKind == nil)
        #expect(ValuesTuple.reading(.oid).cursorKind == nil)
    }
}

@Suite("Rows from binary COPY", .ownThreads)
struct ValuesRowTests {
    private static let columns: [(name: String, reading: ColumnReading)] = [
        ("n\"", ValuesTuple.reading(.int4)), ("t", ValuesTuple.reading(.text)), ("d", ValuesTuple.reading(.date)),
    ]

    private static func tuple(_ number: Int32, _ text: [UInt8], _ date: Int32?) -> [UInt8] {
        var tuple = ValuesTuple(fields: 3)
        tuple.field(number)
        tuple.field(text)
        if let date { tuple.field(date) } else { tuple.null() }
        return tuple.bytes
    }

    @Test("knows where the key lies and what the cursor is")
    func keyAndCursor() throws {
        let writer = PostgresRowWriter(columns: Self.columns, key: [2, 0], cursor: 2)
        try Self.tuple(7, Array("x".utf8), 1).withUnsafeBytes { try writer.write($0) }
        let object = Array(writer.object)
        #expect(String(decoding: object, as: UTF8.self) == #"{"n\"":7,"t":"x","d":"2000-01-02"}"#)
        #expect(
            writer.keyRanges.map { $0.map { String(decoding: object[$0], as: UTF8.self) } } == ["\"2000-01-02\"", "7"])
        #expect(writer.cursorValue == 1)
        try Self.tuple(-7, [], nil).withUnsafeBytes { try writer.write($0) }
        #expect(writer.keyRanges.first == .some(writer.object.count - 5..<writer.object.count - 1))
        #expect(writer.cursorValue == nil)
        try Self.tuple(-7, [], .max).withUnsafeBytes { try writer.write($0) }
        #expect(writer.cursorValue == .max)
        try Self.tuple(-7, [], .min).withUnsafeBytes { try writer.write($0) }
        #expect(writer.cursorValue == .min)
    }

    @Test("rejects a row that can't be a record, and still knows its cursor")
    func rejects() throws {
        let writer = PostgresRowWriter(columns: Self.columns, key: [0], cursor: 2)
        for text in [[0xFF], [0x61, 0xC0, 0x80], [0xED, 0xA0, 0x80], Array("abcdefgh".utf8) + [0xF5], [0xC3]]
            as [[UInt8]]
        {
            #expect(throws: RowFault.reject(.recordNotUTF8)) {
                try Self.tuple(1, text, 5).withUnsafeBytes { try writer.write($0) }
            }
            #expect(writer.cursorValue == 5)
        }
        let deep = { (depth: Int) in [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth) }
        let bad = [Array("{\"a\":01}".utf8), [], Array("1 2".utf8), Array("[1,]".utf8), deep(64)]
        for text in bad {
            #expect(throws: RowFault.reject(.recordJSONInvalid)) { try ValuesTuple.written(text, as: .json) }
        }
        #expect(throws: RowFault.reject(.recordNotUTF8)) { try ValuesTuple.written([0x22, 0xFF, 0x22], as: .json) }
        let deepest = try ValuesTuple.written(deep(63), as: .json)
        #expect(try JSONValue(parsing: "{\"v\":\(deepest)}", limits: .source) != .null)
        #expect(throws: RowFault.reject(.recordJSONInvalid)) {
            let array = ValuesTuple.array(ValueFormat.json.oid, [(1, 1)], [deep(63)])
            return try ValuesTuple.written(array, as: ValuesTuple.reading(.json, isArray: true))
        }
    }

    @Test("cuts a row that is longer than a record may be, and leaves it longer")
    func oversize() throws {
        let most = RecordBatch.maxBodyBytes
        let columns = Self.columns + [("last", ValuesTuple.reading(.text))]
        let writer = PostgresRowWriter(columns: columns, key: [0, 2], cursor: 2)
        let texts = [
            [UInt8](repeating: 0x61, count: most - 20), [UInt8](repeating: 0x61, count: 3 * most),
            [UInt8](repeating: 1, count: most / 6 + 1), [UInt8](repeating: 1, count: most),
        ]
        for text in texts {
            var tuple = ValuesTuple(fields: 4)
            tuple.field(Int32(1))
            tuple.field(text)
            tuple.field(Int32(9))
            tuple.field("end")
            try tuple.bytes.withUnsafeBytes { try writer.write($0) }
            #expect(writer.object.count > most)
            #expect(writer.object.count < most + 100)
            #expect(writer.object.starts(with: Array("{\"n\\\"\":1,\"t\":\"".utf8)) || text.count > most)
            #expect(writer.cursorValue == 9)
            // What follows the cut is still read as carefully.
            let wrong = ValuesTuple.bigEndian(Int32.max - 1)
            var bytes = tuple.bytes
            bytes.replaceSubrange(bytes.count - 11..<bytes.count - 7, with: wrong)
            #expect(throws: RowFault.malformed) { try bytes.withUnsafeBytes { try writer.write($0) } }
        }
        let elements = [[UInt8]?](repeating: ValuesTuple.numeric([1], weight: 32767, scale: 0), count: 1000)
        for first in [0, 1] as [Int32] {
            let array = ValuesTuple.array(ValueFormat.numeric.oid, [(1000, first)], elements)
            let text = try ValuesTuple.written(array, as: ValuesTuple.reading(.numeric, isArray: true))
            #expect(text.utf8.count > most - 10 && text.utf8.count < most + 200_000)
        }
        for format in [.bytea, .json, .jsonb] as [ValueFormat] {
            var value = [1] + [UInt8](repeating: 0x20, count: 2 * most + 1)
            value[value.count - 1] = UInt8(ascii: "1")
            #expect(try ValuesTuple.written(value, as: format).utf8.count > most - 10)
        }
    }

    @Test("takes bytes that break a format for a broken protocol")
    func malformed() {
        func expectMalformed(_ value: [UInt8], _ format: ValueFormat, line: Int = #line) {
            let place = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
            #expect(throws: RowFault.malformed, sourceLocation: place) { try ValuesTuple.written(value, as: format) }
        }
        for format in ValueFormat.allCases where ![.text, .varchar, .bpchar, .name, .bytea, .json].contains(format) {
            expectMalformed([], format)
            expectMalformed([9, 9, 9], format)
        }
        expectMalformed([2], .bool)
        expectMalformed(ValuesTuple.bigEndian(Int64.max - 1), .timestamp)
        expectMalformed(ValuesTuple.bigEndian(Int64.min + 1), .timestamptz)
        expectMalformed(ValuesTuple.bigEndian(Int32.max - 1), .date)
        expectMalformed(ValuesTuple.bigEndian(Int64(-1)), .time)
        expectMalformed(ValuesTuple.bigEndian(Int64(0)) + ValuesTuple.bigEndian(Int32.min), .timetz)
        expectMalformed(ValuesTuple.numeric([10_000], weight: 0, scale: 0), .numeric)
        expectMalformed(ValuesTuple.numeric([1], weight: 0, sign: 1, scale: 0), .numeric)
        expectMalformed(ValuesTuple.numeric([1], weight: 0, scale: 0x4000), .numeric)
        expectMalformed([2] + Array("1".utf8), .jsonb)
        let one = ValuesTuple.bigEndian(Int32(1))
        let int4 = ValueFormat.int4.oid
        let arrays = [
            ValuesTuple.array(25, [(1, 1)], [one]), ValuesTuple.array(int4, [(2, 1)], [one]),
            ValuesTuple.array(int4, [(0, 1)], []), ValuesTuple.array(int4, [(-1, 1)], [one]),
            ValuesTuple.array(int4, [(1, .max), (1, .min)], [one, one]),
            ValuesTuple.array(int4, [(2, .max)], [one, one]),
            ValuesTuple.array(int4, Array(repeating: (.max, 1), count: 6), [one]),
            ValuesTuple.array(int4, Array(repeating: (1, 1), count: 7), [one]),
        ]
        for array in arrays {
            #expect(throws: RowFault.malformed) {
                try ValuesTuple.written(array, as: ValuesTuple.reading(.int4, isArray: true))
            }
        }
    }

    @Test("checks the frame of the row")
    func frames() throws {
        let writer = PostgresRowWriter(columns: Self.columns, key: [], cursor: nil)
        let good = Self.tuple(1, [], nil)
        let bad: [[UInt8]] = [
            [], [0], good.dropLast() + [], good + [0], [0, 2] + good.dropFirst(2), [0xFF, 0xFF],
            [0, 3] + ValuesTuple.bigEndian(Int32.min) + good.dropFirst(6), [0, 3] + ValuesTuple.bigEndian(Int32(-2)),
            [0, 3] + ValuesTuple.bigEndian(Int32.max) + good.dropFirst(6),
        ]
        for row in bad {
            #expect(throws: RowFault.malformed) { try row.withUnsafeBytes { try writer.write($0) } }
        }
        try good.withUnsafeBytes { try writer.write($0) }
        let empty = PostgresRowWriter(columns: [], key: [], cursor: nil)
        try ([0, 0] as [UInt8]).withUnsafeBytes { try empty.write($0) }
        #expect(String(decoding: empty.object, as: UTF8.self) == "{}")
    }
}
