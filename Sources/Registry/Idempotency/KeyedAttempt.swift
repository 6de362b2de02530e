import Domain
import StoreAPI
import Synchronization
import Vault

/// One request with a key on its way to its effect.
public final class KeyedAttempt: Sendable {
    private struct Progress {
        var isHolding = false
        /// When the answer was kept; the transaction may still be rolled back.
        var keptAt: Timestamp?
        var isCommitted = false
    }

    private let id: [UInt8]
    private let fingerprint: [UInt8]
    private let vault: Vault
    private let underWay: KeysUnderWay
    private let hints: HintBoard
    private let progress = Mutex(Progress())

    init(id: [UInt8], fingerprint: [UInt8], vault: Vault, underWay: KeysUnderWay, hints: HintBoard) {
        self.id = id
        self.fingerprint = fingerprint
        self.vault = vault
        self.underWay = underWay
        self.hints = hints
    }

    /// Whether the answer is kept with its effect.
    public var isKept: Bool { progress.withLock { $0.isCommitted } }

    /// The answer that was given before, if that was within a day. Throws `idempotency.key_reused` when the key came
    /// with another request then.
    func earlier(in transaction: any StoreTransaction) throws -> KeptAnswer? {
        guard let row = try transaction.answers.find(id),
            row.createdAt >= transaction.now - KeptAnswerRow.retention
        else { return nil }
        guard row.fingerprint == fingerprint else { throw AppError(.idempotencyKeyReused) }
        let bytes = try vault.open(row.answer, for: .keptAnswer(id), in: transaction)
        guard let answer = KeptAnswer(bytes: bytes) else { throw AppError(.storeBroken) }
        return answer
    }

    /// Keeps the answer in the transaction of its effect. Throws ``KeyTaken`` when another process was quicker.
    func keep(_ answer: KeptAnswer, in transaction: any StoreTransaction) throws {
        let row = try row(answer, at: transaction.now, in: transaction)
        guard try transaction.answers.insert(row, replacingThoseBefore: transaction.now - KeptAnswerRow.retention)
        else { throw KeyTaken() }
        progress.withLock { $0.keptAt = transaction.now }
    }

    /// Puts a later answer, which the client got instead, in the place of the one that was kept.
    func replace(with answer: KeptAnswer, in transaction: any StoreTransaction) throws {
        guard let keptAt = progress.withLock({ $0.keptAt }) else { return }
        try transaction.answers.replace(try row(answer, at: keptAt, in: transaction))
    }

    private func row(
        _ answer: KeptAnswer, at time: Timestamp, in transaction: any StoreTransaction
    ) throws -> KeptAnswerRow {
        guard (answer.body?.count ?? 0) <= KeptAnswer.mostBodyBytes else {
            throw AppError(.idempotencyAnswerTooLarge)
        }
        // Invariant 6: an answer may hold the one showing of a secret.
        let sealed = try vault.seal(answer.bytes, for: .keptAnswer(id), in: transaction)
        return KeptAnswerRow(id: id, createdAt: time, fingerprint: fingerprint, answer: sealed)
    }

    /// Takes the key within this process; false while another attempt has it.
    func take() -> Bool {
        guard underWay.insert(id) else { return false }
        progress.withLock { $0.isHolding = true }
        return true
    }

    /// To be called once the effect is committed with its answer: whoever waits for the key finds it now.
    func settle() {
        progress.withLock { $0.isCommitted = true }
        end()
    }

    /// Lets go of the key. Ending twice is harmless.
    public func end() {
        let isHolding = progress.withLock { progress in
            defer { progress.isHolding = false }
            return progress.isHolding
        }
        guard isHolding else { return }
        underWay.remove(id)
        hints.post(.keyFree(id))
    }
}

/// Another process kept an answer for the key after this one had looked.
struct KeyTaken: Error {}

/// The keys of requests under way in this process, so that a twin waits for the first and doesn't do its work again.
/// Memory only: what is left of a process that dies is nothing.
final class KeysUnderWay: Sendable {
    private let ids = Mutex(Set<[UInt8]>())

    /// False when the key is under way already.
    func insert(_ id: [UInt8]) -> Bool { ids.withLock { $0.insert(id).inserted } }

    func remove(_ id: [UInt8]) { ids.withLock { _ = $0.remove(id) } }
}
