import Domain
import TestSupport
import Testing

@testable import SQLConnectors

@Suite("Table filters", .ownThreads)
struct TableFilterTests {
    @Test(
        "match names and patterns by their bytes",
        arguments: [
            ("orders", nil, "orders", true), ("orders", nil, "Orders", false), ("orders", "public", "orders", true),
            ("public.orders", "public", "orders", true), ("public.orders", "sales", "orders", false),
            ("public.orders", nil, "public.orders", true), ("public.orders", nil, "orders", false),
            ("*", "a", "b", true), ("*", nil, "", true), ("sales.*", "sales", "x", true),
            ("sales.*", "sales2", "x", false), ("s*.o*", "sales", "orders", true), ("*.orders", "x", "orders", true),
            ("order*", "x", "order", true), ("*a*b*", nil, "xxaxxbxx", true), ("*a*b*", nil, "xxbxxaxx", false),
            ("a.b.c", "a", "b.c", true), ("a.b.c", "a.b", "c", true), ("a.b.c", "a", "c", false),
            ("\u{E9}", nil, "e\u{301}", false), ("a*a", nil, "a", false), ("**", nil, "x", true),
        ] as [(String, String?, String, Bool)])
    func match(pattern: String, schema: String?, table: String, admits: Bool) throws {
        #expect(try TableFilter([pattern]).admits(schema: schema, table: table) == admits)
    }

    @Test("a pattern full of stars takes no longer than its length allows")
    func slow() throws {
        let filter = try TableFilter([String(repeating: "*a", count: 120) + "b"])
        #expect(!filter.admits(schema: nil, table: String(repeating: "a", count: 50_000)))
    }

    @Test("without a config every table is admitted")
    func all() throws {
        #expect(try TableFilter(nil).admits(schema: "a", table: "b"))
        #expect(try TableFilter(nil).unmatched([]).isEmpty)
    }

    @Test("names without a table are told, patterns without one are not")
    func unmatched() throws {
        let filter = try TableFilter(["a", "b", "c*", "s.t"])
        #expect(filter.unmatched([("s", "b")]) == ["a", "s.t"])
        let error = #expect(throws: AppError.self) { try filter.requireAll(of: [("s", "b")]) }
        #expect(error?.code == "sql.table_unknown")
        #expect(error?.recovery == .fixConfig)
        try filter.requireAll(of: [("x", "a"), ("x", "b"), ("s", "t")])
        #expect(filter.names(schema: "x", table: "a") && !filter.names(schema: "x", table: "cc"))
    }

    @Test("refuse too many entries, none, and entries out of bounds")
    func bounds() throws {
        _ = try TableFilter(Array(repeating: "a", count: 1_000))
        for patterns in [Array(repeating: "a", count: 1_001), [], [""], [String(repeating: "a", count: 257)]] {
            let error = #expect(throws: AppError.self) { try TableFilter(patterns) }
            #expect(error?.code == "sql.tables_invalid")
        }
    }

    @Test("as SQL's LIKE matches at least what it admits")
    func likes() throws {
        #expect(try TableFilter(nil).likes == nil)
        #expect(try TableFilter(["a*\u{301}"]).likes == ["a%\u{301}"])
        #expect(try TableFilter(["orders", "s*.t_1", #"100%\x"#]).likes == ["orders", #"s%.t\_1"#, #"100\%\\x"#])
    }
}
