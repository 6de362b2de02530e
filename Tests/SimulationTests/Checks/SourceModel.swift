import Domain
import StoreRows

/// What the examiner knows of one DataSource: everything that was committed, and who may write next.
struct SourceModel {
    struct Sync: Equatable {
        var fence: Int64 = 1
        var batch: Int64 = 0
        var seq: Int64 = 0
        var epoch: Int64 = 1
        var purged: Int64 = 0
        var generation: Int64 = 1
    }

    /// What only a person changes.
    struct Wishes: Equatable {
        var name = ""
        var config = ""
        /// The system that the config names.
        var host = ""
        var schedule: String?
        var entities: String?
        var deletedAt: Int64?
        var configVersion = 0
    }

    struct Record: Equatable {
        var entity: Int64
        var key: Int
        var version: Int
        var seq: Int64
        /// nil for a tombstone.
        var content: Int?
    }

    struct Entity: Equatable {
        var name = ""
        var live = 0
        var kept = 0
        var state: [UInt8]?
        var generation: Int64 = 0
        var isComplete = false
        var fullReadAt: Int64?
        var review: Int?
    }

    struct Run: Equatable {
        var id = ""
        var status = ""
        var worker: String?
        var fence: Int64?
        var attempt = 0
        var leaseUntil: Int64?
        var scheduledFor: Int64?
        var cause = ""
        var allowsDeletes = false
        var requestedMode: String?
        var error: String?
        var read = 0
        var rejected = 0
        /// `name:mode` of each entity.
        var entities = ""

        var isActive: Bool { status == "queued" || status == "running" }
    }

    let id: String
    let tenant: String
    var wishes = Wishes()
    var status = ""
    var nextSyncAt: Int64?
    var lastError: String?
    var sync = Sync()
    var records: [Int64: Record] = [:]
    /// Record ids by entity and key.
    var places: [Int64: [Int: Int64]] = [:]
    var entities: [Int64: Entity] = [:]
    var runs: [String: Run] = [:]
    var activeRun: String?
    /// Ticks that a run was made for.
    var ticks: Set<Int64> = []
    /// Who claimed the active run and hasn't lost it.
    var owner: Node?
    /// Claims in a row that stored nothing, by run.
    var fruitless: [String: Int] = [:]
    /// Items of the batches stored for a run.
    var stored: [String: (read: Int, rejected: Int)] = [:]
    /// Keys that the newest complete read without a snapshot missed and that nothing met since, by entity.
    var missed: [Int64: Set<Int>] = [:]
    /// The generation of the newest complete read, by entity.
    var generations: [Int64: Int64] = [:]
    /// Entities whose newest full read ended with its run.
    var whole: Set<Int64> = []
    /// The system that an entity's state was made by.
    var stateHosts: [Int64: String] = [:]
    /// Requests that were told that a run covers them.
    var covered: [String: [RunRequest]] = [:]

    var acceptsRuns: Bool { wishes.deletedAt == nil && status != "paused" && status != "disconnected" }

    /// The entities that it syncs.
    var selected: [String] {
        guard let text = wishes.entities else { return Truth.Kind.allCases.map(\.rawValue) }
        // Written by the program itself: it parses.
        return (try? EntitySelection.list(text).map(\.name)) ?? []
    }

    func entity(named name: String) -> Int64? { entities.first { $0.value.name == name }?.key }

    func live(of entity: Int64) -> [Int: Int] {
        var live: [Int: Int] = [:]
        for (key, id) in places[entity] ?? [:] {
            if let content = records[id]?.content { live[key] = content }
        }
        return live
    }
}

/// What one transaction did to one DataSource.
struct SourceChange {
    var before: SourceModel
    var after: SourceModel
    /// Old and new, in the new ones' order of seq; nil = wasn't there, is no longer there.
    var records: [(id: Int64, old: SourceModel.Record?, new: SourceModel.Record?)] = []
    var entities: [(number: Int64, old: SourceModel.Entity?, new: SourceModel.Entity)] = []
    var runs: [(old: SourceModel.Run?, new: SourceModel.Run?)] = []
}
