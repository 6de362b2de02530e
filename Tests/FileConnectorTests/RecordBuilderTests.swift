import ConnectorAPI
import Domain
import JSON
import Testing

@Suite("Record builder")
struct RecordBuilderTests {
    private func build(_ objects: [String], key: [String], lines: Bool = false) -> RecordBatch {
        var builder = RecordBuilder(entity: "e", primaryKey: key)
        for (index, object) in objects.enumerated() {
            Array(object.utf8).withUnsafeBytes { builder.append(object: $0, line: lines ? index + 1 : nil) }
        }
        return builder.takeBatch()
    }

    @Test("makes keys of the fields in their order, and hashes bodies")
    func keys() throws {
        let batch = build([#"{"b":"x","a":1}"#, #"{"a":1.0,"b":"x","c":2}"#], key: ["a", "b"])
        #expect(batch.items.count == 2)
        let keys = batch.items.map { Array(batch.bytes[$0.keyRange]) }
        #expect(keys[0] == keys[1])
        #expect(try JSONKey.decodeOrdered(keys[0]) == Array(#"[1,"x"]"#.utf8))
        #expect(String(decoding: batch.bytes[batch.items[0].bodyRange], as: UTF8.self) == #"{"b":"x","a":1}"#)
        // The start of what sha256sum says.
        #expect(batch.items[0].hash == ContentHash(high: 0x3dc6ec680b7b6147, low: 0x42aac293b2504cd9))
        #expect(batch.items[0].hash != batch.items[1].hash)
    }

    @Test(
        "rejects what has no key or is no object",
        arguments: [
            (#"{"b":1}"#, "record.key_missing"), (#"{"a":null}"#, "record.key_null"),
            (#"{"a":[1]}"#, "record.key_unsupported"),
            (#"{"a":{}}"#, "record.key_unsupported"), ("[1]", "record.not_object"), ("7", "record.not_object"),
            (#""a""#, "record.not_object"), ("", "record.not_object"),
        ])
    func rejects(object: String, reason: String) {
        let batch = build([object, #"{"a":1}"#], key: ["a"], lines: true)
        #expect(batch.items.count == 1)
        #expect(batch.rejects == [Reject(entity: "e", reason: reason, excerpt: "line 1: \(object)")])
    }

    @Test("takes a record's content as its key where there is no other")
    func wholeRecord() throws {
        let batch = build([#"{"a":1}"#, #"{"a":1}"#, #"{"a":2}"#, "[]"], key: [])
        let keys = try batch.items.map {
            String(decoding: try JSONKey.decodeOrdered(Array(batch.bytes[$0.keyRange])), as: UTF8.self)
        }
        #expect(keys.count == 3)
        #expect(keys[0] == keys[1] && keys[0] != keys[2])
        #expect(keys[0] == "[\"015abd7f5cc57a2dd94b7590f04ad808\"]")
        #expect(batch.rejects.map(\.reason) == ["record.not_object"])
    }

    @Test("replaces a key over 512 bytes by its hash")
    func longKeys() throws {
        // `S`, the text and its end mark are two bytes more than the text.
        let batch = build([510, 511].map { "{\"a\":\"\(String(repeating: "k", count: $0))\"}" }, key: ["a"])
        let keys = batch.items.map { Array(batch.bytes[$0.keyRange]) }
        #expect(keys[0].count == 512)
        let hashed = String(decoding: try JSONKey.decodeOrdered(keys[1]), as: UTF8.self)
        #expect(hashed.hasPrefix("[\"sha256:") && hashed.utf8.count == 2 + 2 + 7 + 64)
        var bound = try JSONKey.encodeOrdered([Array("\"\(String(repeating: "k", count: 511))\"".utf8)])
        RecordKey.bound(&bound)
        #expect(bound == keys[1])
    }

    @Test("rejects a body over 8 MiB and cuts excerpts at 1 KiB")
    func limits() throws {
        let body = { (count: Int) in "{\"a\":\"\(String(repeating: "ü", count: count / 2))\"}" }
        let batch = build(
            [body(RecordBatch.maxBodyBytes - 8), body(RecordBatch.maxBodyBytes - 6)], key: [], lines: true)
        #expect(batch.items.count == 1)
        let reject = try #require(batch.rejects.first)
        #expect(reject.reason == "record.too_large")
        #expect((Reject.maxExcerptBytes - 3...Reject.maxExcerptBytes).contains(reject.excerpt.utf8.count))
        #expect(reject.excerpt.hasPrefix("line 2: {\"a\":\"üü"))
    }

    @Test("is full at 8 MiB of keys and bodies, however few they are")
    func full() {
        var builder = RecordBuilder(entity: "e", primaryKey: [])
        let body = Array("{\"a\":\"\(String(repeating: "x", count: RecordBatch.maxBytes / 2))\"}".utf8)
        body.withUnsafeBytes { builder.append(object: $0) }
        #expect(!builder.isFull)
        body.withUnsafeBytes { builder.append(object: $0) }
        #expect(builder.isFull)
    }

    @Test("goes on with an empty batch")
    func takes() {
        var builder = RecordBuilder(entity: "e", primaryKey: [])
        Array("{}".utf8).withUnsafeBytes { builder.append(object: $0) }
        #expect(builder.takeBatch().items.count == 1)
        #expect(builder.takeBatch().items.isEmpty)
        #expect(builder.batch.entity == "e")
    }

    @Test("makes batches that are worth a commit from 1,000 items on, each later one from twice as many")
    func worth() {
        var builder = RecordBuilder(entity: "e", primaryKey: ["a"])
        var counts: [Int] = []
        for number in 0..<46_000 {
            Array("{\"a\":\(number)}".utf8).withUnsafeBytes { builder.append(object: $0) }
            if builder.isWorthStoring { counts.append(builder.takeBatch().items.count) }
        }
        #expect(counts == [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
    }
}
