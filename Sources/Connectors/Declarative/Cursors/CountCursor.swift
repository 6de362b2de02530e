import ConnectorAPI
import Domain
import Interpolation
import Synchronization

/// The cursor of a stream whose records have growing numbers: one slice from the greatest number read before.
final class CountCursor: StreamCursor {
    private struct Progress {
        var start: Int
        var greatest: Int?
        /// What the state had besides the cursor's value.
        var rest: Mapping = [:]
    }

    private let field: String
    private let first: Int
    private let option: RequestOption?
    private let progress: Mutex<Progress>

    /// - Parameters:
    ///   - first: The number to begin with where there is no state.
    ///   - option: Puts the number into requests.
    init(field: String, first: Int, option: RequestOption?) {
        self.field = field
        self.first = first
        self.option = option
        progress = Mutex(Progress(start: first))
    }

    var cursorField: String? { field }

    func restore(_ state: Mapping) throws {
        var low = first
        if let value = state[field], !value.isNone {
            guard let number = value.int else {
                throw AppError.source(
                    .declarativeStateInvalid, "the state's \(field) isn't an integer", recovery: .fixConfig)
            }
            low = max(first, number)
        }
        progress.withLock { $0 = Progress(start: low, rest: state) }
    }

    func forEachSlice(_ body: (StreamSlice) async throws -> Void) async throws {
        let start = progress.withLock { $0.start }
        try await body(StreamSlice(cursorSlice: ["start": .int(start), "end": .float(.infinity)]))
    }

    func observe(_ records: [Record], in slice: StreamSlice) {
        let numbers = records.compactMap { $0.content.member(field)?.int }
        guard let greatest = numbers.max() else { return }
        progress.withLock { $0.greatest = max($0.greatest ?? greatest, greatest) }
    }

    func close(_ slice: StreamSlice) -> Mapping? { finalState() }

    func finalState() -> Mapping {
        progress.withLock { progress in
            var state = progress.rest
            state[field] = .int(max(progress.start, progress.greatest ?? progress.start))
            return state
        }
    }

    func isNew(_ record: Record) -> Bool {
        guard let number = record.content.member(field)?.int else { return true }
        return number >= progress.withLock { $0.start }
    }

    func add(to options: inout RequestOptions, for page: PageContext) throws {
        guard let start = page.slice.cursorSlice["start"] else { return }
        try option?.put(start, into: &options)
    }
}
