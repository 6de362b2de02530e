import Interpolation
import Synchronization

/// The cursor of a stream that is read by windows of time and has no partitions.
final class DatetimeCursor: StreamCursor {
    private let settings: DatetimeCursorSettings
    private let options: WindowOptions
    private let progress = Mutex<DatetimeProgress?>(nil)

    init(_ settings: DatetimeCursorSettings, options: WindowOptions) {
        self.settings = settings
        self.options = options
    }

    var cursorField: String? { settings.field }

    func restore(_ state: Mapping) throws {
        let restored = try DatetimeProgress(state, settings)
        progress.withLock { $0 = restored }
    }

    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws {
        let end = try settings.end()
        let windows = try withProgress { $0.windows(until: end) }
        for window in windows { try await body(StreamSlice(cursorSlice: settings.slice(window))) }
    }

    func observe(_ records: [Record], in slice: StreamSlice) {
        let times = records.compactMap { settings.time(of: $0) }
        progress.withLock { progress in
            for time in times { progress?.observe(time, in: slice) }
        }
    }

    func close(_ slice: StreamSlice) throws -> Mapping? {
        try withProgress { progress in
            try progress.close(slice)
            return progress.state
        }
    }

    func finalState() throws -> Mapping { try withProgress { $0.state } }

    func isNew(_ record: Record) -> Bool {
        // A read whose bounds can't be told has failed before its first record.
        guard let time = settings.time(of: record), let end = try? settings.end() else { return true }
        return progress.withLock { $0?.isNew(time, until: end) ?? true }
    }

    func rest(of slice: StreamSlice) -> StreamSlice? {
        guard let latest = progress.withLock({ $0?.latest(in: slice) }) else { return nil }
        var window = slice.cursorSlice
        window[settings.startField] = .string(settings.formats.text(latest))
        return StreamSlice(partition: slice.partition, cursorSlice: window, extraFields: slice.extraFields)
    }

    func split(_ slice: StreamSlice, noSmallerThan smallest: TimeSpan?) throws -> [StreamSlice]? {
        settings.split(slice, noSmallerThan: smallest)
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        try self.options.add(to: &options, for: page.slice)
    }

    private func withProgress<Result: Sendable>(_ body: (inout DatetimeProgress) throws -> Result) throws -> Result {
        try progress.withLock { progress in
            var current = try progress ?? DatetimeProgress([:], settings)
            defer { progress = current }
            return try body(&current)
        }
    }
}

/// Puts a window's bounds into requests.
struct WindowOptions: Sendable {
    var start: RequestOption?
    var end: RequestOption?
    var startField = "start_time"
    var endField = "end_time"

    func add(to options: inout RequestOptions, for slice: StreamSlice) throws {
        guard !slice.cursorSlice.isEmpty else { return }
        try start?.put(slice.cursorSlice[startField] ?? .none, into: &options)
        try end?.put(slice.cursorSlice[endField] ?? .none, into: &options)
    }
}
