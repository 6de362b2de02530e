import Domain
import StoreAPI

/// Goes with a request that has a key into the transaction of its effect, where it finds the earlier answer or keeps the
/// new one. A use case that changes something takes one and opens its transaction by `store.write(as:_:_:)`.
public struct Receipt<Value: Sendable>: Sendable {
    private let attempt: KeyedAttempt
    private let render: @Sendable (Value) throws -> KeptAnswer

    /// Makes one; `render` says what the client will be told, and is called within the transaction.
    public init(_ attempt: KeyedAttempt, render: @escaping @Sendable (Value) throws -> KeptAnswer) {
        self.attempt = attempt
        self.render = render
    }

    /// Throws ``AnsweredBefore`` when the request was answered: nothing is to be done then. To be called before anything
    /// else in the transaction.
    func check(in transaction: any StoreTransaction) throws {
        if let answer = try attempt.earlier(in: transaction) { throw AnsweredBefore(answer: answer) }
    }

    /// Keeps the answer with its effect.
    func keep(_ value: Value, in transaction: any StoreTransaction) throws {
        try attempt.keep(try render(value), in: transaction)
    }

    /// To be called once the transaction has committed.
    func settle() { attempt.settle() }

    /// Puts what the client is told at last in the place of what was kept with the effect.
    func replace(with value: Value, as caller: Caller, in store: any Store) async throws {
        try await store.write(caller.scope) { try attempt.replace(with: render(value), in: $0) }
    }
}

extension Store {
    /// A use case's one transaction: with a receipt the effect and its answer commit together, and not again when they
    /// have before.
    ///
    /// Errors: ``AnsweredBefore``, `idempotency.key_reused`, `idempotency.answer_too_large`, and what `body` throws.
    func write<Value: Sendable>(
        as caller: Caller, _ receipt: Receipt<Value>?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        guard let receipt else { return try await write(caller.scope, body) }
        return try await write(as: caller, settling: receipt) { transaction in
            let value = try body(transaction)
            try receipt.keep(value, in: transaction)
            return (value, true)
        }.value
    }

    /// The same for an effect of several transactions: `body` keeps its answer by ``Receipt/keep(_:in:)`` in the last and
    /// says which that is.
    func write<Value: Sendable, Kept: Sendable>(
        as caller: Caller, settling receipt: Receipt<Kept>?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> (value: Value, isLast: Bool)
    ) async throws -> (value: Value, isLast: Bool) {
        do {
            let result = try await write(caller.scope) { transaction in
                try receipt?.check(in: transaction)
                return try body(transaction)
            }
            if result.isLast { receipt?.settle() }
            return result
        } catch is KeyTaken {
            // Another process was quicker by a hair; its answer is there for the next attempt.
            throw AppError(.idempotencyInProgress, retryAfter: .seconds(1))
        }
    }
}
