import Domain
import JSON
import StoreAPI
import TestSupport

let sourceChecks = [
    StoreCheck("gives back every field of a DataSource") { stage in
        let plain = try await stage.source(in: Scope(tenant: stage.scope.tenant, app: .named("shop")))
        try expectEqual(try await stage.read { try $0.sources.find(plain.id) }, plain)
        let full = filled(plain, at: stage.clock.now)
        try await stage.write { try $0.sources.update(full) }
        try expectEqual(try await stage.read { try $0.sources.find(full.id) }, full)
        var query = DataSourceQuery()
        query.includesDeleted = true
        let all = query
        try expectEqual(try await stage.read { try $0.sources.list(all) }, [full])
    },
    StoreCheck("fills in a DataSource's active run") { stage in
        let source = try await stage.source()
        var run = try await stage.run(of: source)
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.activeRun }, run.id)
        run.status = .succeeded
        let ended = run
        try await stage.write { try $0.runs.update(ended) }
        try expectEqual(try await stage.read { try $0.sources.find(source.id)?.activeRun }, nil)
    },
    StoreCheck("never moves a DataSource's updated_at back") { stage in
        var source = try await stage.source()
        source.updatedAt = source.createdAt - .seconds(60)
        source.name = "renamed"
        let earlier = source
        try await stage.write { try $0.sources.update(earlier) }
        let stored = try await stage.read { try $0.sources.find(earlier.id) }
        try expectEqual(stored?.updatedAt, source.createdAt)
        try expectEqual(stored?.name, "renamed")
    },
    StoreCheck("refuses to update a DataSource that isn't there") { stage in
        let source = stage.newSource()
        try await expectError(.storeBroken) { try await stage.write { try $0.sources.update(source) } }
    },
    StoreCheck("refuses a DataSource that a newer program wrote") { stage in
        let source = try await stage.source { $0.schemaVersion = DataSource.currentSchemaVersion + 1 }
        try await expectError(.storeNewer) { _ = try await stage.read { try $0.sources.find(source.id) } }
    },
    StoreCheck("erases the secrets of DataSources deleted before a time, a few at a time") { stage in
        let past = stage.clock.now - .seconds(10)
        for index in 0..<5 {
            _ = try await stage.source("s\(index)") { source in
                source.secrets = ["password": [1, 2, 3]]
                source.deletedAt = index < 3 ? past : index == 3 ? stage.clock.now : nil
            }
        }
        let erased = try await stage.write { transaction in
            try (0..<3).map { _ in
                try transaction.sources.eraseSecrets(deletedBefore: transaction.now, limit: 2)
            }
        }
        try expectEqual(erased, [2, 1, 0])
        var query = DataSourceQuery()
        query.includesDeleted = true
        query.sort = .name
        query.isDescending = false
        let all = query
        let left = try await stage.read { try $0.sources.list(all).map { !$0.secrets.isEmpty } }
        try expectEqual(left, [false, false, false, true, true])
    },
]

private func filled(_ plain: DataSource, at now: Timestamp) -> DataSource {
    var source = plain
    source.updatedAt = now + .seconds(5)
    source.updatedBy = "bob"
    source.provenance = "crm.import"
    source.sourceType = .system
    source.deletedAt = now
    source.deletedBy = "eve"
    source.name = "Größe 'x' \u{0} \u{1F600}"
    source.status = .error
    source.lastSyncAt = now - .seconds(1)
    source.nextSyncAt = now + .seconds(1)
    source.syncedEntities = ["customers": 3, "größe": 0]
    source.config = ["host": "db.example", "deep": ["a": [1, 2.5, .null, true]]]
    source.secrets = ["password": [0, 255, 1], "nested.token": []]
    source.schedule = "CRON_TZ=Europe/Berlin 5 4 * * *"
    source.entities = [
        EntitySelection(name: "a", mode: .full),
        EntitySelection(name: "b", mode: .incremental, cursorField: "t", primaryKey: ["x", "y"], fullEvery: "P7D"),
    ]
    source.lastError = RunError(
        code: "source.down", message: "it's down", recovery: .waitForSource, at: now,
        run: RunID(ULID(bits: 7)), retryAt: now + .seconds(9), entity: "a")
    source.consecutiveFailures = 4
    source.configVersion = 5
    source.syncVersion = 6
    return source
}

let listingChecks = [
    StoreCheck("filters DataSources by each field") { stage in
        let named = try await stage.source("named", in: Scope(tenant: stage.scope.tenant, app: .named("shop"))) {
            $0.provenance = "hr"
            $0.sourceType = .server
            $0.status = .paused
        }
        stage.clock.advance(by: .seconds(10))
        _ = try await stage.source("other")
        let middle = stage.clock.now - .seconds(5)
        let filters: [@Sendable (inout DataSourceQuery) -> Void] = [
            { $0.name = "named" }, { $0.provenance = "hr" }, { $0.sourceType = .server }, { $0.status = .paused },
            { $0.app = .named("shop") }, { $0.createdBefore = middle }, { $0.updatedBefore = middle },
            { $0.nameContains = "AME" },
        ]
        for filter in filters {
            var query = DataSourceQuery()
            filter(&query)
            let asked = query
            try expectEqual(try await stage.read { try $0.sources.list(asked).map(\.id) }, [named.id], "\(query)")
            try expectEqual(try await stage.read { try $0.sources.count(asked) }, 1, "\(query)")
        }
        for filter: @Sendable (inout DataSourceQuery) -> Void in [
            { $0.createdAfter = middle }, { $0.updatedAfter = middle }, { $0.nameContains = "other" },
        ] {
            var query = DataSourceQuery()
            filter(&query)
            let asked = query
            try expectEqual(try await stage.read { try $0.sources.list(asked).map(\.name) }, ["other"], "\(query)")
        }
        var none = DataSourceQuery()
        none.type = "push"
        let asked = none
        try expectEqual(try await stage.read { try $0.sources.count(asked) }, 0)
    },
    StoreCheck("finds parts of names whatever their case, and takes no character for a wildcard") { stage in
        for name in ["ÄPFEL und Birnen", "100% sure", "under_score", "plain"] { _ = try await stage.source(name) }
        let found: [(String, [String])] = [
            ("äpfel", ["ÄPFEL und Birnen"]), ("UND", ["ÄPFEL und Birnen", "under_score"]), ("%", ["100% sure"]),
            ("r_s", ["under_score"]), ("e_", []), ("*", []),
        ]
        for (part, names) in found {
            var query = DataSourceQuery()
            query.nameContains = part
            let asked = query
            let answer = try await stage.read { try $0.sources.list(asked).map(\.name) }
            try expectEqual(Set(answer), Set(names), part)
        }
    },
    StoreCheck("leaves deleted DataSources out unless asked for them") { stage in
        _ = try await stage.source("kept")
        _ = try await stage.source("gone") { $0.deletedAt = $0.createdAt }
        var query = DataSourceQuery()
        let live = query
        try expectEqual(try await stage.read { try $0.sources.list(live).map(\.name) }, ["kept"])
        query.includesDeleted = true
        let all = query
        try expectEqual(try await stage.read { try $0.sources.count(all) }, 2)
    },
    StoreCheck("pages DataSources in every order without gaps or repeats, rows without the value last") { stage in
        let all = try await manySources(stage)
        for sort in DataSourceQuery.Sort.allCases {
            for isDescending in [false, true] {
                var query = DataSourceQuery()
                query.sort = sort
                query.isDescending = isDescending
                query.limit = 7
                var ids: [DataSourceID] = []
                while true {
                    let asked = query
                    let page = try await stage.read { try $0.sources.list(asked) }
                    ids += page.map(\.id)
                    guard page.count == query.limit, let last = page.last else { break }
                    query.after = query.position(of: last)
                }
                let expected = all.sorted { precedes($0, $1, query) }.map(\.id)
                try expectEqual(ids, expected, "\(sort) descending \(isDescending)")
            }
        }
    },
]

func manySources(_ stage: ContractStage) async throws -> [DataSource] {
    var random = SeededRandom(seed: 42)
    var sources: [DataSource] = []
    for _ in 0..<60 {
        stage.clock.advance(by: .milliseconds(Int.random(in: 0...1, using: &random)))
        sources.append(
            stage.newSource("n\(Int.random(in: 0..<20, using: &random))") { source in
                source.updatedAt = source.createdAt + .seconds(Int.random(in: 0..<5, using: &random))
                if Bool.random(using: &random) {
                    source.lastSyncAt = stage.clock.now + .seconds(Int.random(in: 0..<3, using: &random))
                }
                if Bool.random(using: &random) {
                    source.nextSyncAt = stage.clock.now + .seconds(Int.random(in: 0..<3, using: &random))
                }
            })
    }
    let made = sources
    try await stage.write { transaction in for source in made { try transaction.sources.insert(source) } }
    return sources
}

private func precedes(_ left: DataSource, _ right: DataSource, _ query: DataSourceQuery) -> Bool {
    switch (query.position(of: left).value, query.position(of: right).value) {
    case (.none, .none): break
    case (.none, _): return false
    case (_, .none): return true
    case (.text(let one), .text(let other)) where one != other: return (one < other) != query.isDescending
    case (.time(let one), .time(let other)) where one != other: return (one < other) != query.isDescending
    default: break
    }
    return (left.id < right.id) != query.isDescending
}
