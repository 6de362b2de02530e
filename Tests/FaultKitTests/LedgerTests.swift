import FaultKit
import Foundation
import JSON
import TestSupport
import Testing

/// A table whose truth is known.
@Suite(.ownThreads) struct LedgerTests {
    @Test("the same seed makes the same history")
    func determinism() {
        var one = Ledger(seed: 7)
        var two = Ledger(seed: 7)
        var three = Ledger(seed: 8)
        #expect(one.prepare(rows: 100) == two.prepare(rows: 100))
        _ = three.prepare(rows: 100)
        let events = one.next(300)
        #expect(events == two.next(300))
        #expect(events != three.next(300))
        #expect(one.truth == two.truth)
    }

    @Test("transactions overlap, commit late, roll back, and share times; rows are changed again and come back")
    func variety() throws {
        var ledger = Ledger()
        let seed = "seed \(ledger.seed)"
        _ = ledger.prepare(rows: 500)
        let events = ledger.next(2000)
        var open: [Int: Int] = [:]
        var (mostOpen, newest, late, rollBacks, deletions) = (0, 0, 0, 0, 0)
        for event in events {
            switch event {
            case .begin(let number, let changes):
                open[number] = changes.compactMap { Self.time($0) }.max() ?? 0
                mostOpen = max(mostOpen, open.count)
                deletions += changes.count { if case .delete = $0 { true } else { false } }
            case .commit(let number):
                let time = open.removeValue(forKey: number) ?? 0
                if time < newest { late += 1 }
                newest = max(newest, time)
            case .rollBack(let number):
                open[number] = nil
                rollBacks += 1
            }
        }
        #expect(mostOpen == 4, "\(seed)")
        #expect(late > 50, "\(seed)")
        #expect(rollBacks > 50, "\(seed)")
        #expect(deletions > 50, "\(seed)")
        let shared = Dictionary(grouping: ledger.truth.values, by: \.updatedAt).values.count { $0.count > 1 }
        #expect(shared > 50, "\(seed)")
        #expect(ledger.truth.values.contains { $0.version > 4 }, "\(seed)")
    }

    @Test("laid down as a PostgreSQL table by real transactions, the table is the truth")
    func table() async throws {
        var ledger = Ledger()
        let table = try LedgerTable(in: try await PostgresServer.shared().database())
        try table.load(ledger.prepare(rows: 1000))
        #expect(try table.rows() == ledger.truth, "seed \(ledger.seed)")
        try table.apply(ledger.next(400))
        #expect(try table.rows() == ledger.truth, "committed so far, seed \(ledger.seed)")
        try table.apply(ledger.finish())
        #expect(try table.rows() == ledger.truth, "seed \(ledger.seed)")
    }

    @Test("with the server's times only the times differ")
    func serverTimes() async throws {
        var ledger = Ledger()
        let table = try LedgerTable(in: try await PostgresServer.shared().database(), clock: .server)
        try table.load(ledger.prepare(rows: 100))
        try table.apply(ledger.next(50) + ledger.finish())
        let rows = try table.rows()
        #expect(rows != ledger.truth, "seed \(ledger.seed)")
        let timeless = rows.mapValues { row in
            var row = row
            row.updatedAt = ledger.truth[row.id]?.updatedAt ?? 0
            return row
        }
        #expect(timeless == ledger.truth, "seed \(ledger.seed)")
    }

    @Test("records are compared by value, and every difference is found")
    func comparison() throws {
        var ledger = Ledger()
        _ = ledger.prepare(rows: 30)
        let records = ledger.truth.mapValues { Self.body($0) }
        // A ledger leaves numbers out, so which ids there are depends on the seed.
        let id = try #require(records.keys.sorted().dropFirst(7).first)
        let absent = try #require(records.keys.max()) + 1
        #expect(ledger.differences(from: records).isEmpty, "seed \(ledger.seed)")
        for (field, value) in [
            ("amount", "0.5"), ("version", 2), ("updated_at", "2024-02-29T00:00:00.000001Z"), ("note", "other"),
            ("id", .number(JSONNumber(absent))),
        ] as [(String, JSONValue)] {
            var wrong = records
            wrong[id]?[field] = value
            #expect(ledger.differences(from: wrong).count == 1, "\(field), seed \(ledger.seed)")
        }
        var wrong = records
        wrong[id]?["note"] = nil
        #expect(ledger.differences(from: wrong).count == 1)
        wrong[id] = nil
        #expect(ledger.differences(from: wrong) == ["\(id) is missing: \(try #require(ledger.truth[id]))"])
        wrong = records
        wrong[absent] = wrong[id]
        #expect(ledger.differences(from: wrong).count == 1)
        wrong[id] = nil
        #expect(ledger.differences(from: wrong).count == 2)
    }

    @Test("times are read as databases and the API write them")
    func times() {
        let texts = [
            "2024-02-29T13:07:09.000120Z", "2024-02-29 13:07:09.00012+00", "2024-02-29T13:07:09.00012+00:00",
        ]
        let rows = texts.map { text in
            LedgerRow(
                ["id": 1, "updated_at": .string(text), "version": "1", "amount": "-0.5", "note": .null], form: .typed)
        }
        let date = Date(timeIntervalSinceReferenceDate: 0).timeIntervalSince1970 - 366 * 86_400
        let expected = ISO8601DateFormatter().date(from: "2024-02-29T13:07:09Z").map {
            Int($0.timeIntervalSince1970 - date) * 1_000_000 + 120
        }
        for row in rows { #expect(row?.updatedAt == expected) }
        #expect(rows.first??.amount == -50)
    }

    private static func time(_ change: Ledger.Change) -> Int? {
        switch change {
        case .insert(let row), .update(let row): row.updatedAt
        case .delete: nil
        }
    }

    private static func body(_ row: LedgerRow) -> JSONObject {
        let amount =
            "\(row.amount < 0 ? "-" : "")\(abs(row.amount) / 100).\(String(abs(row.amount) % 100 + 100).dropFirst())"
        return [
            "id": .number(JSONNumber(row.id)), "version": .number(JSONNumber(row.version)), "amount": .string(amount),
            "updated_at": .string(Self.text(row.updatedAt)), "note": row.note.map { .string($0) } ?? .null,
        ]
    }

    /// By Foundation, not by the kit.
    private static func text(_ microseconds: Int) -> String {
        let date = Date(timeIntervalSinceReferenceDate: Double(microseconds / 1_000_000 - 366 * 86_400))
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "\(ISO8601DateFormatter().string(from: date).dropLast()).\(fraction)Z"
    }
}
