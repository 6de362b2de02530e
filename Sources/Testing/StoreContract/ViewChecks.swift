public import Domain
import StoreAPI
import TestSupport

extension StoreCheck {
    /// What the store under test must be opened with: every field of a DataSource shows in its text.
    public static let sourceText = SourceText { source in
        var plain = source
        // Dictionaries have no order of their own.
        plain.secrets = [:]
        plain.syncedEntities = [:]
        // Neither is in any answer.
        plain.configVersion = 0
        plain.syncVersion = 0
        let counts = source.syncedEntities.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Array("\(plain) \(source.secrets.keys.sorted()) \(counts)".utf8)
    }
}

let viewChecks = [
    StoreCheck("shows a DataSource as it is now, whatever wrote it last") { stage in
        var source = try await stage.source { $0.secrets = ["password": [1]] }
        try await expectShown(source.id, stage)
        source.name = "renamed"
        source.configVersion = 7
        source.syncVersion = 9
        try await update(source, stage)
        source.updatedAt = source.createdAt - .seconds(60)
        try await update(source, stage)
        var run = try await stage.run(of: source)
        try await expectShown(source.id, stage)
        source.activeRun = run.id
        source.name = "renamed during a run"
        try await update(source, stage)
        run.status = .succeeded
        let ended = run
        try await stage.write { try $0.runs.update(ended) }
        try await expectShown(source.id, stage)
        source.deletedAt = stage.clock.now
        try await update(source, stage)
        _ = try await stage.write { try $0.sources.eraseSecrets(deletedBefore: $0.now + .seconds(1), limit: 5) }
        try await expectShown(source.id, stage)
    },
    StoreCheck("shows a deleted DataSource only to who asks for it") { stage in
        let source = try await stage.source { $0.deletedAt = $0.createdAt }
        try expectEqual(try await stage.read { try $0.sources.view(source.id, includesDeleted: false) }, nil)
        try await expectShown(source.id, stage)
    },
    StoreCheck("pages texts in every order as it lists rows, and says where the next page begins") { stage in
        let sources = try await manySources(stage)
        for source in sources.prefix(9) { _ = try await stage.run(of: source) }
        for sort in DataSourceQuery.Sort.allCases {
            for isDescending in [false, true] {
                var query = DataSourceQuery()
                query.sort = sort
                query.isDescending = isDescending
                query.limit = 7
                try await expectPages(query, stage)
            }
        }
    },
    StoreCheck("knows how many DataSources a scope has as if it had counted them") { stage in
        let scopes = [nil, "shop", "crm"].map { Scope(tenant: stage.scope.tenant, app: $0.map { .named($0) }) }
        var random = SeededRandom(seed: 5)
        var sources: [DataSource] = []
        for _ in 0..<60 {
            if Bool.random(using: &random) || sources.isEmpty {
                let scope = scopes[Int.random(in: 0..<scopes.count, using: &random)]
                let isDeleted = Bool.random(using: &random)
                sources.append(try await stage.source(in: scope) { $0.deletedAt = isDeleted ? $0.createdAt : nil })
            } else {
                let place = Int.random(in: 0..<sources.count, using: &random)
                sources[place].deletedAt = Bool.random(using: &random) ? stage.clock.now : nil
                try await update(sources[place], stage)
            }
        }
        for scope in scopes {
            try await expectCounted(scope, stage)
        }
    },
    StoreCheck("shows a write to every brief read that begins after it") { stage in
        for number in 0..<50 {
            let source = try await stage.source("s\(number)")
            let view = try await stage.store.readBriefly(stage.scope) {
                try $0.sources.view(source.id, includesDeleted: false)
            }
            try expect(view != nil, "a brief read finds what was written before it")
        }
    },
    StoreCheck("refuses to write in a brief read") { stage in
        let source = stage.newSource()
        do {
            try await stage.store.readBriefly(stage.scope) { try $0.sources.insert(source) }
        } catch {
            return try expectEqual(try await stage.read { try $0.sources.find(source.id) }, nil)
        }
        throw ContractFailure(description: "a brief read wrote")
    },
]

private func update(_ source: DataSource, _ stage: ContractStage) async throws {
    try await stage.write { try $0.sources.update(source) }
    try await expectShown(source.id, stage)
}

private func expectShown(_ id: DataSourceID, _ stage: ContractStage) async throws {
    let (view, source) = try await stage.read { transaction in
        (try transaction.sources.view(id, includesDeleted: true), try require(transaction.sources.find(id)))
    }
    try expectEqual(view.map { text($0.text) }, text(StoreCheck.sourceText.write(source)))
    try expectEqual(view?.configVersion, source.configVersion)
    try expectEqual(view?.syncVersion, source.syncVersion)
}

private func expectPages(_ query: DataSourceQuery, _ stage: ContractStage) async throws {
    var query = query
    while true {
        let asked = query
        let (page, rows) = try await stage.read { transaction in
            (try transaction.sources.page(asked), try transaction.sources.list(asked))
        }
        var expected = SourcePage()
        for row in rows { expected.append(StoreCheck.sourceText.write(row)) }
        try expectEqual(text(page.text), text(expected.text), "\(asked)")
        try expectEqual(page.count, rows.count, "\(asked)")
        guard let next = page.next else {
            query.after = rows.last.map(query.position(of:))
            let behind = query
            return try expectEqual(try await stage.read { try $0.sources.list(behind).count }, 0, "\(asked)")
        }
        try expectEqual(next, rows.last.map(query.position(of:)), "\(asked)")
        query.after = next
    }
}

private func expectCounted(_ scope: Scope, _ stage: ContractStage) async throws {
    for includesDeleted in [false, true] {
        var query = DataSourceQuery()
        query.includesDeleted = includesDeleted
        query.limit = 500
        let asked = query
        let (count, rows) = try await stage.store.read(scope) { transaction in
            (try transaction.sources.count(asked), try transaction.sources.list(asked).count)
        }
        try expectEqual(count, rows, "\(scope) \(includesDeleted)")
    }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
