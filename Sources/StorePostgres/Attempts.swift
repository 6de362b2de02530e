import Domain
import StoreAPI

/// One transaction, tried again as far as that is safe.
struct Attempts {
    /// Times that a transaction is tried when others are in its way (Invariant 8).
    private static let mostCollisions = 3

    let store: PostgresStore
    let holder: LinkHolder
    let isReading: Bool

    /// Runs `body` in a transaction and commits it; answers its hints too, which other processes haven't been told yet.
    ///
    /// After a connection that was lost before COMMIT was sent nothing is committed, so the whole is done once more on
    /// another connection; likewise where another transaction was in the way. A connection that is lost later leaves it
    /// open what became of the transaction: that is said, and nothing is done again (Invariant 1).
    func run<Value>(
        _ scope: Scope, _ body: (any StoreTransaction) throws -> Value
    ) throws -> (Value, hints: [Hint]) {
        var collisions = 0
        var hasReconnected = false
        while true {
            do {
                return try attempt(scope, body)
            } catch let failure as StoreFailure {
                switch failure.remedy {
                case .reconnect where !hasReconnected:
                    hasReconnected = true
                    holder.drop()
                case .again where collisions < Self.mostCollisions:
                    collisions += 1
                    endFrozenSessions()
                case .reconnect:
                    holder.drop()
                    throw failure.error
                default:
                    throw failure.error
                }
            }
        }
    }

    private func attempt<Value>(
        _ scope: Scope, _ body: (any StoreTransaction) throws -> Value
    ) throws -> (Value, hints: [Hint]) {
        let link = try holder.take()
        let transaction: PostgresTransaction
        do {
            transaction = try store.begin(scope, on: link, isReading: isReading)
        } catch {
            link.rollBack()
            throw link.failure ?? error
        }
        defer { transaction.end() }
        let value: Value
        do {
            value = try body(transaction)
            // Invariant 1: half a write is none, even where the caller swallowed its error.
            if let error = transaction.failure { throw error }
            try link.requireSound()
        } catch {
            link.rollBack()
            // What the database said first counts, whatever the closure made of it.
            throw link.failure ?? error
        }
        try commit(transaction, on: link)
        return (value, transaction.hints)
    }

    /// Whoever was in the way may be frozen (Invariant 8).
    private func endFrozenSessions() {
        // Should that fail, the next attempt says why.
        guard let link = try? holder.take() else { return }
        link.clear()
        _ = try? link.endFrozenSessions()
    }

    private func commit(_ transaction: PostgresTransaction, on link: Link) throws {
        do {
            try link.commit()
        } catch {
            guard !isReading else { throw link.failure ?? error }
            if let failure = link.failure, case .reconnect = failure.remedy, !failure.endedIdle {
                // What this process remembers of a read must not lack what may be committed: the batch isn't merged again.
                store.settle(transaction)
                holder.drop()
                throw StoreFailure.unknownOutcome
            }
            link.rollBack()
            throw link.failure ?? error
        }
        store.settle(transaction)
    }

    /// Runs `body` outside a transaction; it only reads.
    static func look<Value>(_ holder: LinkHolder, _ body: (Link) throws -> Value) throws -> Value {
        for isLast in [false, true] {
            do {
                let link = try holder.take()
                link.clear()
                do {
                    return try body(link)
                } catch {
                    throw link.failure ?? error
                }
            } catch let failure as StoreFailure {
                guard case .reconnect = failure.remedy else { throw failure.error }
                holder.drop()
                if isLast { throw failure.error }
            }
        }
        throw StoreFailure.unavailable(nil)
    }
}
