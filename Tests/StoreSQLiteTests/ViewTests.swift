import Domain
import StoreAPI
import StoreRows
import Synchronization
import TestSupport
import Testing

@testable import StoreSQLite

@Suite("Showing DataSources from SQLite")
struct ViewTests {
    @Test("takes the text that lies with the row, and writes anew only what has an active run")
    func kept() async throws {
        let calls = Mutex(0)
        let text = SourceText { source in
            calls.withLock { $0 += 1 }
            return Array(source.name.utf8)
        }
        let opened = try await Shown(text)
        for number in 1...5 { try await opened.insert(number) }
        let written = calls.withLock { $0 }
        #expect(try await opened.page() == "source 5,source 4,source 3,source 2,source 1")
        #expect(calls.withLock { $0 } == written)
        try await opened.queueRun(of: 3)
        #expect(try await opened.page() == "source 5,source 4,source 3,source 2,source 1")
        #expect(calls.withLock { $0 } == written + 1)
    }

    @Test("writes anew what a program wrote that shows DataSources otherwise, or not at all")
    func otherVersion() async throws {
        let opened = try await Shown(SourceText { Array($0.name.utf8) })
        try await opened.insert(1)
        let later = try await opened.reopened(with: SourceText { Array("<\($0.name)>".utf8) })
        #expect(try await later.page() == "<source 1>")
        let silent = try await later.reopened(with: nil)
        try await silent.insert(2)
        await #expect(throws: AppError.self) { try await silent.page() }
        let again = try await silent.reopened(with: SourceText { Array("<\($0.name)>".utf8) })
        #expect(try await again.page() == "<source 2>,<source 1>")
    }

    @Test("gives a way of showing the same version in every process, and another one another")
    func versions() {
        let text = SourceText { Array($0.name.utf8) }
        #expect(text.version == SourceText { Array($0.name.utf8) }.version)
        #expect(text.version != SourceText { Array($0.createdBy.utf8) }.version)
        #expect(text.version != SourceText { Array(($0.name + ($0.activeRun?.rawValue ?? "")).utf8) }.version)
    }

    @Test("reads a page by an index that has its order", arguments: DataSourceQuery.Sort.allCases, [false, true])
    func plans(sort: DataSourceQuery.Sort, isDescending: Bool) async throws {
        var query = DataSourceQuery()
        query.sort = sort
        query.isDescending = isDescending
        let scopes = [Scope(tenant: .named("acme"))] + (sort == .createdAt ? [Self.app] : [])
        for scope in scopes {
            let positions: [DataSourceQuery.Position?] = [
                nil, .init(value: sort == .name ? .text("m") : .time(.earliest), id: DataSourceID(ULID(bits: 1))),
            ]
            for position in positions {
                query.after = position
                for plan in try await plans(query, scope) {
                    #expect(plan.contains { $0.contains("USING INDEX datasources_") }, "\(plan)")
                    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
                }
            }
        }
    }

    @Test("reads an Application's page by an index of its own")
    func applicationPlan() async throws {
        for plan in try await plans(DataSourceQuery(), Self.app) {
            #expect(plan.contains { $0.contains("USING INDEX datasources_app ") }, "\(plan)")
        }
    }

    private static let app = Scope(tenant: .named("acme"), app: .named("shop"))

    private func plans(_ query: DataSourceQuery, _ scope: Scope) async throws -> [[String]] {
        let opened = try await Opened()
        guard let writer = opened.store.writer else { return [] }
        return try await writer.exclusively { connection in
            try SourceListing(query: query, scope: scope).stretches("text").map { stretch in
                try connection.oneTimeStatement("EXPLAIN QUERY PLAN " + stretch.sql).all(stretch.values + [10]) { row in
                    for _ in 0..<3 { row.skip() }
                    return try row.text()
                }
            }
        }
    }
}

/// A store that shows DataSources.
private struct Shown {
    let folder: TemporaryFolder
    let clock = TestClock()
    let store: SQLiteStore
    let scope = Scope(tenant: .named("acme"))

    init(_ text: SourceText?, in folder: TemporaryFolder? = nil) async throws {
        self.folder = try folder ?? TemporaryFolder()
        store = try SQLiteStore(path: self.folder.path + "/data/test.db", clock: clock.wall, sourceText: text)
        _ = try await store.migrate()
    }

    func reopened(with text: SourceText?) async throws -> Shown {
        try await store.close()
        return try await Shown(text, in: folder)
    }

    func insert(_ number: Int) async throws {
        let source = DataSource(
            id: DataSourceID(ULID(bits: UInt128(number))), tenant: scope.tenant, app: nil, createdAt: clock.now,
            createdBy: "ann", name: "source \(number)", type: "file")
        try await store.write(scope) { try $0.sources.insert(source) }
    }

    func queueRun(of number: Int) async throws {
        let run = SyncRun(
            id: RunID(ULID(bits: 1)), tenant: scope.tenant, app: nil, source: DataSourceID(ULID(bits: UInt128(number))),
            trigger: .manual, createdAt: clock.now)
        _ = try await store.write(scope) { try $0.runs.insert(run) }
    }

    func page() async throws -> String {
        let page = try await store.readBriefly(scope) { try $0.sources.page(DataSourceQuery()) }
        return String(decoding: page.text, as: UTF8.self)
    }
}
