import Domain
import StoreAPI
import StoreRows

@testable import StoreSQLite

/// One process's way to the database: requests travel, are carried out at some moment and answered at another, or are
/// lost on either way.
final class Port: Store, @unchecked Sendable {
    private let node: Node
    private let database: SimulatedDatabase
    private let trouble: Trouble

    init(node: Node, database: SimulatedDatabase, trouble: Trouble) {
        self.node = node
        self.database = database
        self.trouble = trouble
    }

    private var world: World { node.world }

    var hints: HintBoard { node.board }

    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await ask { [database] in try database.read(scope, body) }
    }

    func claimableRuns(limit: Int, tenantLimit: Int, hostLimit: Int) async throws -> [RunReference] {
        try await ask { [database] in
            try database.snapshot { connection, now in
                try WaitingWork(connection: connection, now: now)
                    .claimableRuns(limit: min(limit, 100), tenantLimit: tenantLimit, hostLimit: hostLimit)
            }
        }
    }

    func dueSources(limit: Int) async throws -> [SourceReference] {
        try await ask { [database] in
            try database.snapshot { try WaitingWork(connection: $0, now: $1).dueSources(limit: min(limit, 1_000)) }
        }
    }

    func tenants(after: TenantID?, limit: Int) async throws -> [TenantID] {
        try await ask { [database] in
            try database.snapshot { connection, now in
                try WaitingWork(connection: connection, now: now).tenants(after: after, limit: min(limit, 1_000))
            }
        }
    }

    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        guard !node.isDead else { throw CancellationError() }
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = Answer(continuation, to: node)
                send { [self] in
                    let fate = trouble.fate(of: node)
                    switch fate {
                    case .refused(let error): return answer.give(.failure(error))
                    case .crashBefore: return world.crash(node)
                    default: break
                    }
                    let isTwice = trouble.isTwice()
                    database.submit(
                        WriteJob(
                            scope: scope, cancellation: flag,
                            body: { [self] transaction in
                                try carryOut(transaction, fate, isTwice: isTwice, answer, body)
                            },
                            fail: { [self] error in
                                world.note(.outcome, 2) { "  \(node.name): no: \(error)" }
                                answer.give(.failure(error))
                            }))
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private func carryOut<Value: Sendable>(
        _ transaction: SQLiteTransaction, _ fate: SimulatedDatabase.Fate, isTwice: Bool, _ answer: Answer<Value>,
        _ body: (any StoreTransaction) throws -> Value
    ) throws -> @Sendable () -> Void {
        var isRolledBack = false
        if case .rolledBack = fate { isRolledBack = true }
        let value = try database.carryOut(
            transaction, of: node, isRolledBack: isRolledBack, isTwice: isTwice, body)
        let hints = transaction.hints
        return { [self] in
            trouble.spread(hints, from: node)
            switch fate {
            case .answerLost:
                world.note(.outcome, 3) { "  \(node.name): the answer is lost" }
                answer.give(.failure(AppError(.storeUnavailable)))
            case .crashAfter: world.crash(node)
            default: answer.give(.success(value))
            }
        }
    }

    /// A read: refused or answered.
    private func ask<Value: Sendable>(_ body: @escaping () throws -> Value) async throws -> Value {
        guard !node.isDead else { throw CancellationError() }
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation, to: node)
            send { [self] in
                world.arrived.append { [self] in
                    if let error = trouble.readFailure() { return answer.give(.failure(error)) }
                    answer.give(Result { try body() })
                }
            }
        }
    }

    /// Sends a request: at once, after a while, or once the process, which froze just before, goes on.
    private func send(_ request: @escaping () -> Void) {
        if trouble.freezesBeforeSending(node) {
            node.unsent.append(request)
        } else if let delay = trouble.delay() {
            world.after(delay, request)
        } else {
            world.arrived.append(request)
        }
    }

    func owner(of application: ApplicationID) async throws -> TenantID? { nil }
    func backlog() async throws -> Backlog { Backlog(queued: 0, running: 0) }
    func migrate() async throws -> [String] { [] }
    func recover() async throws {}
    func ping() async throws {}
    func close() async throws {}
}

/// Who waits for an answer; given once, to a process that may be gone by then.
private final class Answer<Value: Sendable>: @unchecked Sendable {
    private var continuation: CheckedContinuation<Value, any Error>?
    private let node: Node
    private let number: Int

    init(_ continuation: CheckedContinuation<Value, any Error>, to node: Node) {
        self.continuation = continuation
        self.node = node
        number = node.world.nextNumber()
        node.awaited[number] = { self.resume(.failure(CancellationError())) }
    }

    func give(_ result: Result<Value, any Error>) {
        node.awaited[number] = nil
        node.world.acting(as: node) { resume(result) }
    }

    private func resume(_ result: Result<Value, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}
