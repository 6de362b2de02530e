import ConnectorAPI
import Domain
import Interpolation

/// How a retriever answers to a source that finds its pages too large or wants to be read from the start:
/// `page_size_reduction` and `pagination_reset`.
struct PageAdaption: Sendable {
    private struct Reduction: Sendable {
        var smallest = 1
        var factor = 2.0
        var attempts = 5
        var wait = 0.0
        var retriesAtSmallest = 0
        var restores = false
    }

    private let reduction: Reduction?
    /// After how many records the slice is begun anew from where it is; nil = never.
    private let recordLimit: Int?
    private let narrowsSlice: Bool

    init(_ node: ComponentNode, builder: ComponentBuilder) throws {
        reduction = try node.child("page_size_reduction").map { node in
            var reduction = Reduction()
            reduction.smallest = try node.integer("minimum_page_size") ?? reduction.smallest
            reduction.factor = max(try node.number("reduction_factor") ?? reduction.factor, 1.001)
            reduction.attempts = try node.integer("max_attempts") ?? reduction.attempts
            reduction.wait = try node.number("backoff_seconds") ?? reduction.wait
            reduction.retriesAtSmallest = try node.integer("retries_at_minimum_page_size") ?? 0
            reduction.restores = try node.text("reset_policy") == "AFTER_SUCCESSFUL_PAGE"
            return reduction
        }
        let reset = try node.child("pagination_reset")
        narrowsSlice = try reset?.text("action") == "SPLIT_USING_CURSOR"
        recordLimit = try reset?.child("limits")?.integer("number_of_records")
    }

    /// Begins a slice.
    func begin(pageSize: Int?) -> Progress { Progress(adaption: self, usual: pageSize) }

    /// What became of one slice so far.
    struct Progress {
        private let adaption: PageAdaption
        private let usual: Int?
        /// The size that is asked for instead of the usual one.
        private(set) var current: Int?
        private var attempts = 0
        private var retries = 0
        private var restarts = 0
        private var records = 0

        fileprivate init(adaption: PageAdaption, usual: Int?) {
            self.adaption = adaption
            self.usual = usual
        }

        mutating func succeeded() {
            (attempts, retries) = (0, 0)
            if adaption.reduction?.restores == true { current = nil }
        }

        /// Takes a smaller page, or the smallest once more; how long to wait before.
        mutating func reduce() throws -> Duration {
            guard let reduction = adaption.reduction, let size = current ?? usual else {
                throw AppError.source(
                    .declarativeManifestInvalid, "a page size is to be reduced, but the manifest has none",
                    recovery: .fixConfig)
            }
            let smaller = max(reduction.smallest, Int(Double(size) / reduction.factor))
            if smaller < size {
                attempts += 1
                current = smaller
                guard attempts <= reduction.attempts else { throw Self.failure }
                return .milliseconds(Int64(reduction.wait * Double(attempts) * 1000))
            }
            retries += 1
            guard retries <= reduction.retriesAtSmallest else { throw Self.failure }
            return .milliseconds(Int64(reduction.wait * Double(retries) * 1000))
        }

        /// Takes note of a page's records.
        mutating func hasReachedLimit(_ count: Int) -> Bool {
            records += count
            return adaption.recordLimit.map { records >= $0 } ?? false
        }

        /// The slice to begin anew with: what is left of it, where the cursor can say so.
        mutating func restart(_ slice: StreamSlice, cursor: (any StreamCursor)?) throws -> StreamSlice {
            records = 0
            if adaption.narrowsSlice, let rest = try cursor?.rest(of: slice), rest.merged != slice.merged {
                restarts = 0
                return rest
            }
            restarts += 1
            guard restarts < 2, !adaption.narrowsSlice else { throw Self.failure }
            return slice
        }

        private static var failure: AppError {
            .source(
                .declarativeSourceFailed, "the source refuses pages of every size that is asked for", recovery: .retry)
        }
    }
}

/// Splits a slice whose window a source finds too large.
struct WindowSplitter: Sendable {
    static let deepest = 20

    private let smallest: TimeSpan?
    private let cursor: any StreamCursor

    /// nil where the manifest says nothing of it.
    init?(_ node: ComponentNode?, cursor: (any StreamCursor)?) throws {
        guard let node, let cursor else { return nil }
        smallest = try node.text("min_split_window").map { text in
            guard let span = TimeText.span(in: text) else {
                throw node.invalid("must be an ISO 8601 duration", at: "min_split_window")
            }
            return span
        }
        self.cursor = cursor
    }

    /// The parts to read instead of the slice. Throws where it can't be split any further.
    func parts(of slice: StreamSlice, depth: Int) throws -> [StreamSlice] {
        guard depth < Self.deepest, let parts = try cursor.split(slice, noSmallerThan: smallest) else {
            throw AppError.source(
                .declarativeSourceFailed, "the source refuses even the smallest window of time", recovery: .retry)
        }
        return parts
    }

    static var unsupported: AppError {
        .source(
            .declarativeManifestInvalid, "a window is to be split, but the manifest doesn't say how",
            recovery: .fixConfig)
    }
}
