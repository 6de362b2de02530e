import Domain
package import StoreAPI
import Synchronization

/// A change of what is remembered in memory, made once the transaction that noted it is committed.
package enum SeenChange<Entity: Hashable & Sendable, Position: Sendable>: Sendable {
    /// The read met these live records.
    case met(ReadToken, entity: Entity, ids: [Int64])
    /// These became tombstones.
    case gone(entity: Entity, ids: [Int64])
    /// Nothing is remembered of the read any more.
    case forgotten(ReadToken)
    /// How far a sweep came; nil when it is done.
    case swept(SweepKey<Entity>, through: Position?)
    /// Records came or came back: an unfinished sweep must look at all again.
    case grown(entity: Entity)
}

/// A deletion of many records that takes more than one transaction.
package struct SweepKey<Entity: Hashable & Sendable>: Sendable, Hashable {
    package let entity: Entity
    /// The read whose unseen records go; nil = all.
    package let read: ReadToken?

    package init(entity: Entity, read: ReadToken?) {
        self.entity = entity
        self.read = read
    }
}

/// Which live records each full read under way has met, in memory only: a read doesn't survive the process, since its
/// fence doesn't.
///
/// `Entity` tells entities apart, over all DataSources and tenants; `Position` is where a sweep goes on.
package final class SeenRecords<Entity: Hashable & Sendable, Position: Sendable>: Sendable {
    package typealias Change = SeenChange<Entity, Position>
    /// Unfinished sweeps remembered; beyond that all start from the beginning, which costs time only.
    private static var maxSweeps: Int { 1_000 }

    private struct State {
        var bitmaps: [ReadToken: [Entity: IDBitmap]] = [:]
        var positions: [SweepKey<Entity>: Position] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func apply(_ changes: [Change]) {
        guard !changes.isEmpty else { return }
        state.withLock { state in
            for change in changes { Self.apply(change, to: &state) }
        }
    }

    /// What the read has met of the entity, with changes that aren't committed yet.
    package func bitmap(_ read: ReadToken, in entity: Entity, with changes: [Change]) -> IDBitmap {
        var bitmap = state.withLock { $0.bitmaps[read]?[entity] } ?? IDBitmap()
        for change in changes {
            switch change {
            case .met(read, entity, let ids): for id in ids { bitmap.insert(id) }
            case .gone(entity, let ids): for id in ids { bitmap.remove(id) }
            case .forgotten(read): bitmap = IDBitmap()
            default: break
            }
        }
        return bitmap
    }

    /// The last key that the sweep has dealt with.
    package func position(_ sweep: SweepKey<Entity>, with changes: [Change]) -> Position? {
        var position = state.withLock { $0.positions[sweep] }
        for change in changes {
            switch change {
            case .swept(sweep, let key): position = key
            case .grown(sweep.entity): position = nil
            default: break
            }
        }
        return position
    }

    private static func apply(_ change: Change, to state: inout State) {
        switch change {
        case .met(let read, let entity, let ids):
            if state.bitmaps[read] == nil { dropOlder(than: read, in: &state) }
            // Taken out while it grows, so that it isn't copied.
            var bitmap = state.bitmaps[read, default: [:]].removeValue(forKey: entity) ?? IDBitmap()
            for id in ids { bitmap.insert(id) }
            state.bitmaps[read]?[entity] = bitmap
        case .gone(let entity, let ids):
            for read in state.bitmaps.keys where state.bitmaps[read]?[entity] != nil {
                for id in ids { state.bitmaps[read]?[entity]?.remove(id) }
            }
        case .forgotten(let read):
            state.bitmaps[read] = nil
            state.positions = state.positions.filter { $0.key.read != read }
        case .swept(let sweep, let key):
            if state.positions.count >= maxSweeps { state.positions = [:] }
            state.positions[sweep] = key
        case .grown(let entity):
            guard !state.positions.isEmpty else { return }
            state.positions = state.positions.filter { $0.key.entity != entity }
        }
    }

    /// Reads of the same DataSource under lower fences are over.
    private static func dropOlder(than read: ReadToken, in state: inout State) {
        for old in state.bitmaps.keys where old.source == read.source && old.fence < read.fence {
            state.bitmaps[old] = nil
        }
    }
}
