import Domain
import StoreAPI
import TestSupport

let keptAnswerChecks = [
    StoreCheck("keeps an answer once, until it is older than asked for") { stage in
        let row = stage.row(1)
        let isFirst = try await stage.write { try $0.answers.insert(row, replacingThoseBefore: row.createdAt) }
        try expect(isFirst, "the first answer is kept")
        let rival = stage.row(1, answer: [9])
        let isSecond = try await stage.write { try $0.answers.insert(rival, replacingThoseBefore: row.createdAt) }
        try expect(!isSecond, "an answer isn't overwritten")
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, row)
        stage.clock.advance(by: .seconds(1))
        let late = stage.row(1, answer: [8])
        let isThird = try await stage.write { try $0.answers.insert(late, replacingThoseBefore: late.createdAt) }
        try expect(isThird, "an old answer makes room")
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, late)
    },
    StoreCheck("replaces only the very answer that was kept") { stage in
        let row = stage.row(1)
        try await stage.write { _ = try $0.answers.insert(row, replacingThoseBefore: row.createdAt) }
        stage.clock.advance(by: .seconds(1))
        let other = stage.row(1, answer: [9])
        let better = KeptAnswerRow(id: row.id, createdAt: row.createdAt, fingerprint: row.fingerprint, answer: [7])
        try await stage.write { try $0.answers.replace(other) }
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, row)
        try await stage.write { try $0.answers.replace(better) }
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, better)
    },
    StoreCheck("keeps answers of two tenants apart that have the same id, and forgets none of another's") { stage in
        let row = stage.row(1)
        try await stage.write { _ = try $0.answers.insert(row, replacingThoseBefore: row.createdAt) }
        let other = Scope(tenant: .named("other"))
        try expectEqual(try await stage.store.read(other) { try $0.answers.find(row.id) }, nil)
        let theirs = stage.row(1, answer: [9])
        let late = stage.clock.now + .seconds(1)
        let isKept = try await stage.store.write(other) { transaction in
            let isKept = try transaction.answers.insert(theirs, replacingThoseBefore: theirs.createdAt)
            try transaction.answers.replace(stage.row(1, answer: [8]))
            return isKept
        }
        try expect(isKept, "another tenant has the id to itself")
        let purged = try await stage.store.write(other) { try $0.answers.purge(before: late, limit: 9) }
        try expectEqual(purged, 1)
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, row)
        let app = Scope(tenant: stage.scope.tenant, app: .named("shop"))
        try expectEqual(try await stage.store.write(app) { try $0.answers.purge(before: late, limit: 9) }, 0)
    },
    StoreCheck("has no answer of a transaction that didn't commit") { stage in
        let row = stage.row(1)
        do {
            try await stage.write { transaction in
                _ = try transaction.answers.insert(row, replacingThoseBefore: row.createdAt)
                throw Interruption()
            }
        } catch is Interruption {}
        try expectEqual(try await stage.read { try $0.answers.find(row.id) }, nil)
    },
    StoreCheck("removes answers kept before a time, a few at a time") { stage in
        for number in UInt8(0)..<5 {
            if number == 3 { stage.clock.advance(by: .seconds(10)) }
            let row = stage.row(number)
            try await stage.write { _ = try $0.answers.insert(row, replacingThoseBefore: row.createdAt) }
        }
        let purged = try await stage.write { transaction in
            try (0..<3).map { _ in try transaction.answers.purge(before: transaction.now, limit: 2) }
        }
        try expectEqual(purged, [2, 1, 0])
        let left = try await stage.read { transaction in
            try (UInt8(0)..<5).filter { try transaction.answers.find([$0]) != nil }
        }
        try expectEqual(left, [3, 4])
    },
]

extension ContractStage {
    fileprivate func row(_ number: UInt8, answer: [UInt8] = [1, 2, 3]) -> KeptAnswerRow {
        KeptAnswerRow(id: [number], createdAt: clock.now, fingerprint: [0, number], answer: answer)
    }
}
