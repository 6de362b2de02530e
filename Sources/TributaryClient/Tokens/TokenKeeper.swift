/// Keeps one token for all calls of a client: fetches it when it is first needed and again before it expires, once for
/// everybody who waits.
actor TokenKeeper {
    /// A token that was fetched.
    struct Held: Sendable {
        let number: Int
        let text: HiddenText
        /// From then on a newer one is sought; nil = never.
        var renewAt: Duration?
        /// From then on it is no good; nil = never.
        let endsAt: Duration?

        /// At four fifths of its life, and half a minute before its end where the life is long enough for that.
        init(number: Int, token: AccessToken, fetchedAt: Duration) {
            self.number = number
            text = token.text
            // At most a year is believed, so that no number of a server's overflows.
            let lifetime = token.lifetime.map { min(max($0, .zero), .seconds(31_536_000)) }
            endsAt = lifetime.map { fetchedAt + $0 }
            renewAt = lifetime.map { fetchedAt + max($0 / 2, min($0 * 4 / 5, $0 - .seconds(30))) }
        }
    }

    /// How long a token that is still good goes on after a newer one couldn't be had.
    private static let pauseAfterFailure: Duration = .seconds(5)

    private let now: @Sendable () -> Duration
    private let fetch: @Sendable () async throws -> AccessToken
    private var held: Held?
    private var fetches = 0
    private var isFetching = false
    private var arrivals = 0
    private var waiting: [Int: CheckedContinuation<Held, any Error>] = [:]

    init(now: @escaping @Sendable () -> Duration, fetch: @escaping @Sendable () async throws -> AccessToken) {
        self.now = now
        self.fetch = fetch
    }

    /// The token for the next call.
    func current() async throws -> Held {
        if let held, isEarlier(than: held.renewAt) { return held }
        do {
            return try await renewed()
        } catch let error where !(error is CancellationError) {
            guard let held, isEarlier(than: held.endsAt) else { throw error }
            self.held?.renewAt = now() + Self.pauseAfterFailure
            return held
        }
    }

    /// Forgets a token that the server refused, unless a newer one has come already.
    func drop(_ refused: Held) {
        if held?.number == refused.number { held = nil }
    }

    private func isEarlier(than time: Duration?) -> Bool { time.map { now() < $0 } ?? true }

    /// Waits for the fetch that is under way, or begins one. Whoever is cancelled leaves; the fetch goes on.
    private func renewed() async throws -> Held {
        if !isFetching {
            isFetching = true
            Task { await self.fetchOnce() }
        }
        arrivals += 1
        let number = arrivals
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting[number] = continuation
                }
            }
        } onCancel: {
            Task { await self.leave(number) }
        }
    }

    private func leave(_ number: Int) { waiting.removeValue(forKey: number)?.resume(throwing: CancellationError()) }

    private func fetchOnce() async {
        let start = now()
        let result: Result<Held, any Error>
        do {
            let token = try await fetch().checked()
            fetches += 1
            let new = Held(number: fetches, token: token, fetchedAt: start)
            held = new
            result = .success(new)
        } catch {
            result = .failure(error)
        }
        isFetching = false
        let waiting = waiting.values
        self.waiting = [:]
        for continuation in waiting { continuation.resume(with: result) }
    }
}
