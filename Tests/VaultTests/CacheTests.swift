import Testing

@testable import Vault

@Suite("Bounded cache")
struct CacheTests {
    @Test("never holds more than its capacity and keeps what is used")
    func bounded() {
        var cache = BoundedCache<Int, Int>(capacity: 10)
        for number in 0..<1_000 {
            cache.insert(number, for: number)
            #expect(cache.value(for: 0) == 0)
            #expect(cache.value(for: number) == number)
            #expect(cache.count <= 10)
        }
        #expect(cache.value(for: 500) == nil)
    }

    @Test("forgets what it is told to, in both halves")
    func forgets() {
        var cache = BoundedCache<Int, Int>(capacity: 8)
        for number in 0..<6 { cache.insert(number, for: number) }
        cache.remove(0)
        cache.removeAll { $0.isMultiple(of: 2) }
        #expect((0..<6).filter { cache.value(for: $0) != nil } == [1, 3, 5])
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "writes and reads the vectors of RFC 4648 section 10",
        arguments: zip(["", "f", "fo", "foo", "foobar"], ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]))
    func vectors(plain: String, encoded: String) {
        #expect(Base64.text(Array(plain.utf8), .standard) == encoded)
        #expect(Base64.decode(encoded.utf8, .standard) == Array(plain.utf8))
        let bare = encoded.filter { $0 != "=" }
        #expect(Base64.text(Array(plain.utf8), .urlSafe) == bare)
        #expect(Base64.decode(bare.utf8, .urlSafe) == Array(plain.utf8))
    }

    @Test("keeps the alphabets apart")
    func alphabets() {
        #expect(Base64.text([0xFB, 0xEF, 0xFF], .standard) == "++//")
        #expect(Base64.text([0xFB, 0xEF, 0xFF], .urlSafe) == "--__")
        #expect(Base64.decode("--__".utf8, .standard) == nil)
        #expect(Base64.decode("++//".utf8, .urlSafe) == nil)
    }

    @Test(
        "refuses every other way to write the same bytes",
        arguments: [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zg== ", " Zg==", "Z===", "====", "Zm9v\n", "Zm=v", "=Zg=", "Zg==Zg==",
        ])
    func strict(text: String) {
        #expect(Base64.decode(text.utf8, .standard) == nil)
        #expect(Base64.decode(text.utf8, .urlSafe) == nil || text == "Zg")
    }
}
