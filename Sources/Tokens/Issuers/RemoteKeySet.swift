public import Domain
import Synchronization

/// How key sets are fetched, and who hears of it.
public struct KeySetFetching: Sendable {
    /// What became of a fetch.
    public enum Report: Sendable, Hashable {
        /// So many keys are used from now on; sentences on those that aren't.
        case loaded(keys: Int, warnings: [String])
        /// The keys from before go on being used, if there were any. A dotted code and a sentence without secrets.
        case failed(code: String, message: String, keysInUse: Int)
    }

    let fetch: @Sendable (_ url: String) async throws -> [UInt8]
    let clock: MonotonicClock
    let report: @Sendable (_ issuer: String, Report) -> Void

    /// Puts it together.
    ///
    /// - Parameters:
    ///   - clock: Times refreshes.
    ///   - fetch: Gives the document at a URL; bounded in time and size by whoever gives it.
    ///   - report: Hears of each failure and of each set that differs from the one before, by the issuer's name.
    public init(
        clock: MonotonicClock, fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8],
        report: @escaping @Sendable (_ issuer: String, Report) -> Void = { _, _ in }
    ) {
        self.clock = clock
        self.fetch = fetch
        self.report = report
    }
}

/// The keys of an issuer that publishes them at a URL: fetched in the background, the last good set kept whatever happens
/// to the URL, looked up anew when a token names a key that isn't known.
///
/// Only the URL of the setting is ever fetched: nothing in a token has a say in it.
final class RemoteKeySet: Sendable {
    static let refreshInterval = Duration.seconds(300)
    /// Unknown keys cause a fetch no more often than this.
    static let unknownKeyInterval = Duration.seconds(30)
    static let firstRetry = Duration.seconds(1)
    static let longestRetry = Duration.seconds(60)

    /// The keys and a number that moves when they change.
    struct Keys: Sendable {
        var keys: [VerificationKey] = []
        var version = 0
        fileprivate var document: [UInt8] = []
    }

    private struct State {
        var keys = Keys()
        var underWay: Task<Bool, Never>?
        var askedAt: Duration?
    }

    private let name: String
    private let url: String
    private let fetching: KeySetFetching?
    private let read: @Sendable ([UInt8]) throws -> KeySet
    private let state = Mutex(State())

    /// `read` makes keys of a document, or throws.
    init(
        issuer name: String, url: String, fetching: KeySetFetching?,
        read: @escaping @Sendable ([UInt8]) throws -> KeySet
    ) {
        self.name = name
        self.url = url
        self.fetching = fetching
        self.read = read
    }

    /// The newest good set; empty before the first.
    var current: Keys { state.withLock { $0.keys } }

    /// Fetches now and then until the task is cancelled: soon again after a failure, later and later.
    func keepFresh() async {
        guard let fetching else { return }
        var retry = Self.firstRetry
        while !Task.isCancelled {
            let isFresh = await begin(fetching).value
            let pause = isFresh ? Self.refreshInterval : retry
            retry = isFresh ? Self.firstRetry : min(retry * 2, Self.longestRetry)
            // Cancelled: the loop ends.
            try? await fetching.clock.sleep(pause)
        }
    }

    /// Waits for the fetch that is under way, or for one begun now unless a token caused one a short while ago.
    func refreshForUnknownKey() async {
        guard let fetching else { return }
        let now = fetching.clock.now()
        let mayBegin = state.withLock { state in
            if state.underWay != nil { return true }
            if let last = state.askedAt, now - last < Self.unknownKeyInterval { return false }
            state.askedAt = now
            return true
        }
        if mayBegin { _ = await begin(fetching).value }
    }

    /// The one fetch that is under way, begun now if there is none; true when it brought a good set.
    private func begin(_ fetching: KeySetFetching) -> Task<Bool, Never> {
        state.withLock { state in
            if let task = state.underWay { return task }
            let task = Task {
                let isGood = await load(fetching)
                self.state.withLock { $0.underWay = nil }
                return isGood
            }
            state.underWay = task
            return task
        }
    }

    private func load(_ fetching: KeySetFetching) async -> Bool {
        do {
            let document = try await fetching.fetch(url)
            let set = try read(document)
            let isNew = state.withLock { state in
                guard state.keys.document != document else { return false }
                state.keys = Keys(keys: set.keys, version: state.keys.version + 1, document: document)
                return true
            }
            if isNew { fetching.report(name, .loaded(keys: set.keys.count, warnings: set.warnings)) }
            return true
        } catch {
            // The text of a foreign error may hold anything, so only its type is told.
            let known = error as? AppError
            fetching.report(
                name,
                .failed(
                    code: known?.code ?? "\(type(of: error))", message: known?.message ?? "The fetch failed.",
                    keysInUse: current.keys.count))
            return false
        }
    }
}
