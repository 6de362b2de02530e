import Domain
import StoreAPI
import TestSupport

let syncChecks = [
    StoreCheck("starts a DataSource's sync row and gives back what was saved") { stage in
        let source = try await stage.source()
        try expectEqual(try await stage.read { try $0.sync.lock(source.id) }, SyncState(source: source.id))
        var state = SyncState(source: source.id)
        state.fence = 2
        state.batchNumber = 3
        state.feedSeq = 4
        state.feedEpoch = 5
        state.purgedThrough = 6
        state.generation = 7
        let saved = state
        try await stage.write { try $0.sync.save(saved) }
        try expectEqual(try await stage.read { try $0.sync.lock(source.id) }, saved)
        let stranger = stage.newSource()
        try expectEqual(try await stage.read { try $0.sync.lock(stranger.id) }, nil)
    },
    StoreCheck("locks a sync row that is free, and finds none where there is none") { stage in
        let source = try await stage.source()
        let free = try await stage.write { try $0.sync.lockIfFree(source.id) }
        try expectEqual(free, SyncState(source: source.id))
        let stranger = stage.newSource()
        try expectEqual(try await stage.write { try $0.sync.lockIfFree(stranger.id) }, nil)
        let other = Scope(tenant: .named("other"))
        try expectEqual(try await stage.store.write(other) { try $0.sync.lockIfFree(source.id) }, nil)
    },
    StoreCheck("gives back every field of an entity's state, by name") { stage in
        let source = try await stage.source()
        try expectEqual(try await stage.read { try $0.sync.entity("a", of: source.id) }, nil)
        var full = EntityState(name: "b", generation: 3, primaryKey: ["x", "größe"])
        full.state = [0, 1, 255]
        full.isComplete = true
        full.fullReadAt = stage.clock.now
        full.deletesToReview = 12
        let states = [EntityState(name: "a", generation: 1), full]
        try await stage.write { transaction in
            for state in states.reversed() { try transaction.sync.saveEntity(state, of: source.id) }
        }
        try expectEqual(try await stage.read { try $0.sync.entities(of: source.id) }, states)
        let plain = EntityState(name: "b", generation: 4)
        try await stage.write { try $0.sync.saveEntity(plain, of: source.id) }
        try expectEqual(try await stage.read { try $0.sync.entity("b", of: source.id) }, plain)
    },
    StoreCheck("counts an entity's live records by itself") { stage in
        let source = try await stage.source()
        _ = try await stage.merge([("a", "{}"), ("b", "{}"), ("c", "{}")], of: source)
        try expectEqual(try await stage.read { try $0.sync.entity("customers", of: source.id) }, nil)
        var state = EntityState(name: "customers", generation: 1)
        state.live = 99
        let claimed = state
        try await stage.write { try $0.sync.saveEntity(claimed, of: source.id) }
        _ = try await stage.merge([("a", nil)], of: source)
        try expectEqual(try await stage.read { try $0.sync.entity("customers", of: source.id)?.live }, 2)
    },
]
