import Domain
import StoreAPI
import StoreRows
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("Parts of the SQLite store")
struct PartsTests {
    @Test("a bitmap of ids is a set", arguments: [1, 2, 3] as [UInt64])
    func bitmap(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bitmap = IDBitmap()
        var model: Set<Int64> = []
        for _ in 0..<5_000 {
            let id = Int64.random(in: 0..<(seed == 1 ? 3_000 : 1 << 40), using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                bitmap.remove(model.first ?? id)
                model.remove(model.first ?? id)
            } else {
                bitmap.insert(id)
                model.insert(id)
            }
            #expect(bitmap.contains(id) == model.contains(id), "seed \(seed)")
        }
        #expect(bitmap.count == model.count, "seed \(seed)")
        #expect(model.allSatisfy(bitmap.contains), "seed \(seed)")
    }

    @Test("overruled items of a batch are those that come again later", arguments: [1, 2, 3] as [UInt64])
    func duplicates(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for size in [0, 1, 2, 50, 3_000] {
            let keys = (0..<size).map { _ in String(Int.random(in: 0..<max(size, 1), using: &random), radix: 2) }
            let batch = RecordBatch.of("a", keys.map { ($0, "1") })
            let overruled = batch.bytes.withUnsafeBytes { BatchDuplicates.overruled(in: batch.items, $0) }
            let last = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
            #expect(overruled == Set(keys.indices.filter { last[keys[$0]] != $0 }), "seed \(seed) size \(size)")
        }
    }

    @Test("a run's id survives its short form")
    func mark() {
        for bits: UInt128 in [0, 1, .max, 0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF] {
            let id = RunID(ULID(bits: bits))
            #expect(id.mark.count == 16)
            #expect(RunID(mark: id.mark) == id)
        }
    }

    @Test("a cut or garbled column of secrets is refused")
    func secrets() throws {
        let secrets: [String: [UInt8]] = ["a.b": [1, 2, 3], "größe": [], "": [0]]
        let encoded = SealedSecrets.encode(secrets)
        #expect(try SealedSecrets.decode(encoded) == secrets)
        #expect(throws: AppError.self) { try SealedSecrets.decode(Array(encoded.dropLast())) }
        #expect(throws: AppError.self) { try SealedSecrets.decode([255, 255, 255, 255]) }
        #expect(throws: AppError.self) { try SealedSecrets.decode([0, 0]) }
    }

    @Test("a line gives back in order what it was given, up to its limit")
    func line() {
        var line = Fifo<Int>(limit: 1_000)
        var given = 0
        var taken: [Int] = []
        for step in 0..<3_000 {
            if line.append(given) { given += 1 }
            if step % 2 == 0, let next = line.popFirst() { taken.append(next) }
        }
        #expect(line.count == 1_000)
        while let next = line.popFirst() { taken.append(next) }
        #expect(taken == Array(0..<given))
        #expect(given < 3_000)
    }
}
