public import Domain
import StoreAPI
import Vault

/// Requests with an `Idempotency-Key`: the effect happens once, whoever sends the request how often, and every repetition
/// gets the answer of the first (SYNC.md 8; Invariants 1 and 2).
///
/// The answer is kept in the transaction of the effect, so there is never one without the other, and no mark of a request
/// under way outlives its process. A key belongs to its principal: tenant, Application and `sub`. Only answers of success
/// are kept: a request that was refused had no effect and may be sent again, corrected, with the same key.
public struct Idempotency: Sendable {
    /// How long a repetition waits for the first to end.
    static let longestWait = Duration.seconds(10)

    let store: any Store
    let vault: Vault
    let waits: Waits
    private let underWay = KeysUnderWay()

    init(store: any Store, vault: Vault, waits: Waits) {
        self.store = store
        self.vault = vault
        self.waits = waits
    }

    /// What is to be done about a request.
    public enum Start: Sendable {
        /// It was answered before, and that was the answer.
        case answered(KeptAnswer)
        /// It is to be done. The caller must ``KeyedAttempt/end()`` it.
        case first(KeyedAttempt)
    }

    /// Takes a request up. While the same key is under way in this process it waits, 10 s at most.
    ///
    /// Errors: `auth.scope_missing` (the request's own grant), `idempotency.key_reused`, `idempotency.in_progress`.
    public func begin(_ request: KeyedRequest, grant: Grant?, as caller: Caller) async throws -> Start {
        // An answer of before isn't for a token that may no longer ask.
        if let grant { try caller.require(grant) }
        let id = try request.id(for: caller, vault)
        let attempt = KeyedAttempt(
            id: id, fingerprint: try request.fingerprint(vault), vault: vault, underWay: underWay, hints: store.hints)
        let listener = store.hints.listen(for: .keyFree(id))
        if let start = try await look(attempt, as: caller) { return start }
        do {
            let start = try await waits.wait(upTo: Self.longestWait, for: listener, of: caller.scope.tenant) {
                try await look(attempt, as: caller)
            }
            if let start { return start }
        } catch let error as AppError where error.code == ErrorCode.tooManyWaiting.code {
            // Then it is told to come again at once.
        }
        throw AppError(.idempotencyInProgress, retryAfter: .seconds(1))
    }

    /// nil while another has the key. The key is taken before the look, so that no first can end in between.
    private func look(_ attempt: KeyedAttempt, as caller: Caller) async throws -> Start? {
        let isTaken = attempt.take()
        do {
            let kept = try await store.read(caller.scope) { try attempt.earlier(in: $0) }
            guard let kept else { return isTaken ? .first(attempt) : nil }
            attempt.end()
            return .answered(kept)
        } catch {
            attempt.end()
            throw error
        }
    }

    /// Keeps the answer of a request that had no effect of its own, such as a check. Throws ``AnsweredBefore`` when a twin
    /// was quicker.
    public func keep(_ answer: KeptAnswer, for attempt: KeyedAttempt, as caller: Caller) async throws {
        do {
            try await store.write(caller.scope) { transaction in
                if let kept = try attempt.earlier(in: transaction) { throw AnsweredBefore(answer: kept) }
                try attempt.keep(answer, in: transaction)
            }
        } catch is AppError, is KeyTaken {
            // It can't be kept, on a full disk for one. Nothing was done that a repetition could do twice.
        }
    }
}

/// Thrown out of a transaction that finds the request answered: nothing of it is to be done.
public struct AnsweredBefore: Error {
    /// The answer of then.
    public let answer: KeptAnswer
}

extension ErrorCode {
    /// A key is bound to the request that it came with first.
    public static let idempotencyKeyReused = ErrorCode(
        "idempotency.key_reused", .invalid,
        "The Idempotency-Key was used for another request; each request needs a key of its own.")
    /// The first request of this key hasn't ended.
    public static let idempotencyInProgress = ErrorCode(
        "idempotency.in_progress", .conflict,
        "A request with this Idempotency-Key is under way; send it again shortly.")
    /// The answer is too long to be kept, so nothing was done.
    public static let idempotencyAnswerTooLarge = ErrorCode(
        "idempotency.answer_too_large", .invalid,
        "The answer would be too large to be kept for the Idempotency-Key, so nothing was done; send less at once.")
}
