import Domain
import Interpolation
import Synchronization

/// The cursor of a stream that has partitions and is read by windows of time within each: every partition has progress
/// of its own, and one value for all says where a partition that is met for the first time begins.
///
/// Where there are too many partitions, or the manifest asks for it, only the value for all is kept.
final class PartitionedCursor: StreamCursor {
    private static let throttle = Duration.seconds(600)

    private let settings: DatetimeCursorSettings
    private let options: WindowOptions
    private let router: any PartitionRouter
    private let clock: MonotonicClock
    private let book: Mutex<PartitionBook>
    private let times = Mutex(Times())

    private struct Times {
        /// By the time of day: where that stands still, a read takes no time.
        var start: DateTime?
        var lastState: Duration?
    }

    /// - Parameter isGlobal: Whether only the value for all partitions is kept.
    init(
        _ settings: DatetimeCursorSettings, options: WindowOptions, router: any PartitionRouter, isGlobal: Bool,
        clock: MonotonicClock
    ) {
        self.settings = settings
        self.options = options
        self.router = router
        self.clock = clock
        book = Mutex(PartitionBook(settings, isGlobal: isGlobal))
    }

    var cursorField: String? { settings.field }

    func restore(_ state: Mapping) throws {
        try book.withLock { try $0.restore(state) }
        if !state.isEmpty { try router.restore(childState: state) }
    }

    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws {
        let now = settings.now()
        times.withLock { $0.start = now }
        try await router.forEachPartition { partition in
            let end = try settings.end()
            let parents = router.parentState()
            guard let windows = try book.withLock({ try $0.begin(partition.partition, parents: parents, until: end) })
            else { return }
            for window in windows {
                try await body(
                    StreamSlice(
                        partition: partition.partition, cursorSlice: settings.slice(window),
                        extraFields: partition.extraFields))
            }
        }
        book.withLock { $0.exhaust() }
    }

    func observe(_ records: [Record], in slice: StreamSlice) {
        let read = records.compactMap { settings.time(of: $0) }
        book.withLock { book in
            for time in read { book.observe(time, in: slice) }
        }
    }

    func close(_ slice: StreamSlice) throws -> Mapping? {
        let now = clock.now()
        let isDue = times.withLock { times in
            if let last = times.lastState, now - last <= Self.throttle { return false }
            times.lastState = now
            return true
        }
        return try book.withLock { book in
            try book.close(slice)
            guard isDue, !book.isGlobal || !(book.parents ?? [:]).isEmpty else { return nil }
            return book.state
        }
    }

    func finalState() -> Mapping {
        let now = settings.now()
        let microseconds = times.withLock { $0.start.map { now.unixMicroseconds - $0.unixMicroseconds } } ?? 0
        let parents = router.parentState()
        return book.withLock { book in
            book.finish(elapsed: .microseconds(microseconds), parents: parents)
            return book.state
        }
    }

    func isNew(_ record: Record) -> Bool {
        // A read whose bounds can't be told has failed before its first record.
        guard let time = settings.time(of: record), let end = try? settings.end() else { return true }
        return book.withLock { $0.isNew(time, in: record.slice.partition, until: end) }
    }

    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) throws -> [StreamSlice]? {
        settings.split(slice, noSmallerThan: smallest)
    }

    /// What the router and the cursor say of one name, the cursor says.
    func add(to options: inout RequestOptions, for page: PageContext) throws {
        var own = RequestOptions()
        try router.add(to: &own, for: page)
        var window = RequestOptions()
        try self.options.add(to: &window, for: page.slice)
        own.overwrite(with: window)
        try options.add(own)
    }
}

extension RequestOptions {
    /// Puts in all that another has, whose values win.
    mutating func overwrite(with other: RequestOptions) {
        parameters.merge(other.parameters)
        headers.merge(other.headers)
        bodyData.merge(other.bodyData)
        bodyJSON.merge(other.bodyJSON)
    }
}
