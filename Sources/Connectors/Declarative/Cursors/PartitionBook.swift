import Domain
import Interpolation

/// The progress of every partition of a stream, and the one value for all of them.
struct PartitionBook {
    /// So many partitions at most have a place in the state; with more, only the value for all is kept.
    static let mostInState = 10_000
    /// So many at most are kept in memory.
    static let mostInMemory = 25_000

    /// One partition.
    private struct Page {
        let partition: Mapping
        var progress: DatetimeProgress
    }

    /// A partition that is being read.
    private struct Open {
        let sequence: Int
        var pending: Int
    }

    private let settings: DatetimeCursorSettings
    private(set) var isGlobal: Bool
    private var pages: [String: Page] = [:]
    /// The keys of `pages`, in the order in which they came.
    private var order: [String] = []
    private var open: [String: Open] = [:]
    private var met: Set<String> = []
    private var partitionCount = 0
    /// The value for all partitions: what the run before left, what holds now, what will hold once all is read.
    private var restoredGlobal: String?
    private var global: String?
    private var nextGlobal: String?
    private var restoredLookback = 0
    private var isExhausted = false
    private var hasRead = false
    private var lookback = 0
    private(set) var parents: Mapping?
    /// States of parents that hold once all partitions up to one are read.
    private var waitingParents: [(sequence: Int, state: Mapping?)] = []
    /// The progress of a partition that has none of its own.
    private var fresh: DatetimeProgress?

    init(_ settings: DatetimeCursorSettings, isGlobal: Bool) {
        self.settings = settings
        self.isGlobal = isGlobal
    }

    // MARK: State

    /// Takes up where a state leaves off: one of this form, or that of a stream without partitions.
    mutating func restore(_ state: Mapping) throws {
        guard !state.isEmpty else { return }
        if state["states"] == nil, state["state"] == nil {
            try setGlobal(state)
        } else {
            isGlobal = state["use_global_cursor"]?.isTrue ?? false
            lookback = state["lookback_window"]?.pythonInteger?.int ?? 0
            restoredLookback = lookback
            for entry in state["states"]?.elements ?? [] {
                let partition = entry["partition"]?.mapping ?? [:]
                partitionCount += 1
                try add(partition, DatetimeProgress(entry["cursor"]?.mapping ?? [:], settings))
            }
            if let all = state["state"]?.mapping { try setGlobal(all) }
        }
        if let saved = state["parent_state"]?.mapping, !saved.isEmpty { parents = saved }
    }

    private mutating func setGlobal(_ state: Mapping) throws {
        guard let value = state[settings.field] else { return }
        guard let time = settings.formats.time(value) else {
            throw AppError(
                .declarativeStateInvalid, "The state's \(settings.field) isn't a time.", recovery: .fixConfig)
        }
        global = settings.formats.text(time)
        nextGlobal = global
        restoredGlobal = global
    }

    /// The state for the next run.
    var state: Mapping {
        var state: Mapping = ["use_global_cursor": .bool(isGlobal)]
        if !isGlobal {
            state["states"] = .list(
                order.compactMap { key in
                    pages[key].map { ["partition": .mapping($0.partition), "cursor": .mapping($0.progress.state)] }
                })
        }
        if let global { state["state"] = [.string(settings.field): .string(global)] }
        state["lookback_window"] = .int(lookback)
        if let parents { state["parent_state"] = .mapping(parents) }
        return state
    }

    /// Takes note that no partition follows.
    mutating func exhaust() { isExhausted = true }

    /// Says what holds now for all partitions; nothing new while one may follow or is open.
    mutating func finish(elapsed: Duration, parents: Mapping?) {
        guard isExhausted || met.isEmpty, open.values.allSatisfy({ $0.pending == 0 }) else { return }
        if hasRead {
            global = nextGlobal
            lookback = max(1, Int((elapsed / .seconds(1)).rounded(.up)))
        }
        self.parents = parents
    }

    // MARK: Partitions

    /// The windows of the next partition; nil for one that was met before in this run.
    mutating func begin(_ partition: Mapping, parents: Mapping?, until end: DateTime) throws -> [TimeWindow]? {
        makeRoom()
        let key = Self.key(of: partition)
        if pages[key] == nil {
            try add(partition, freshProgress())
            partitionCount += 1
        }
        guard met.insert(key).inserted else { return nil }
        let windows = pages[key]?.progress.windows(until: end) ?? []
        let sequence = met.count - 1
        open[key] = Open(sequence: sequence, pending: windows.count)
        if waitingParents.last.map({ $0.state != parents }) ?? true { waitingParents.append((sequence, parents)) }
        return windows
    }

    mutating func observe(_ time: DateTime, in slice: StreamSlice) {
        hasRead = true
        raise(settings.formats.text(time))
        guard !isGlobal else { return }
        pages[Self.key(of: slice.partition)]?.progress.observe(time, in: slice)
    }

    /// Takes note that a slice is read.
    mutating func close(_ slice: StreamSlice) throws {
        let key = Self.key(of: slice.partition)
        guard var entry = open[key] else { return }
        entry.pending -= 1
        open[key] = entry
        if !isGlobal { try pages[key]?.progress.close(slice) }
        guard entry.pending == 0 else { return }
        if !isGlobal, let value = pages[key]?.progress.value { raise(value) }
        open[key] = nil
        let earliest = open.values.map(\.sequence).min() ?? .max
        while let next = waitingParents.first, next.sequence < earliest {
            waitingParents.removeFirst()
            if let state = next.state { self.parents = state }
        }
    }

    mutating func isNew(_ time: DateTime, in partition: Mapping, until end: DateTime) -> Bool {
        if !isGlobal, let page = pages[Self.key(of: partition)] { return page.progress.isNew(time, until: end) }
        // Settings that can't be used have failed before the first record.
        guard let progress = try? freshProgress() else { return true }
        return progress.isNew(time, until: end)
    }

    private mutating func add(_ partition: Mapping, _ progress: DatetimeProgress) throws {
        let key = Self.key(of: partition)
        if pages.updateValue(Page(partition: partition, progress: progress), forKey: key) == nil { order.append(key) }
    }

    /// Progress from the value for all, less the time that the run before took.
    private mutating func freshProgress() throws -> DatetimeProgress {
        if let fresh { return fresh }
        let state: Mapping = restoredGlobal.map { [.string(settings.field): .string($0)] } ?? [:]
        let seconds = restoredGlobal == nil ? 0 : restoredLookback
        let progress = try DatetimeProgress(state, settings, lookback: .seconds(seconds))
        fresh = progress
        return progress
    }

    /// Values are compared as they are written.
    private mutating func raise(_ value: String) {
        guard let known = nextGlobal else { return nextGlobal = value }
        if known.unicodeScalars.lexicographicallyPrecedes(value.unicodeScalars) { nextGlobal = value }
    }

    private mutating func makeRoom() {
        if partitionCount > Self.mostInState { isGlobal = true }
        guard order.count >= Self.mostInMemory else { return }
        let place = order.firstIndex { open[$0] == nil } ?? 0
        pages[order.remove(at: place)] = nil
    }

    /// The same for partitions whose members are the same, in whatever order.
    static func key(of partition: Mapping) -> String {
        String(decoding: sorted(.mapping(partition)).json, as: UTF8.self)
    }

    private static func sorted(_ value: Value) -> Value {
        if let mapping = value.mapping {
            let entries = mapping.sorted { $0.key.text < $1.key.text }
            return .mapping(Mapping(entries.map { ($0.key, sorted($0.value)) }))
        }
        return value.elements.map { .list($0.map(sorted)) } ?? value
    }
}
