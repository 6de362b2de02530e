import Domain
import GRDB
import Meters
import StoreAPI
import StoreRows

@testable import StoreSQLite

/// The database of a world: the SQLite store's own tables, statements and commits on one connection in memory, reached
/// by requests that arrive, are carried out and answered at moments which the seed decides.
final class SimulatedDatabase: @unchecked Sendable {
    /// What becomes of one request.
    enum Fate {
        case good
        /// Nothing happens; the caller learns that it failed.
        case refused(AppError)
        /// It is carried out, rolled back, and the caller learns that it failed.
        case rolledBack
        /// It is carried out and the caller learns that it failed.
        case answerLost
        /// The process is gone before it is carried out.
        case crashBefore
        /// It is carried out, the process is gone before it hears of it.
        case crashAfter
    }

    let world: World
    let connection: Connection
    let changes = Changes()
    let examiner: Examiner
    private let seen = StoreSQLite.SeenRecords()
    private let meters = StoreMeters()
    private let commits = CommitCount()
    /// What its clock shows beyond the world's time; jumps.
    var clockOffset = Duration.zero
    private var waiting: [WriteJob] = []

    init(world: World, database: Database, examiner: Examiner) throws {
        self.world = world
        self.examiner = examiner
        connection = Connection(database: database, onFatal: { _ in })
        changes.listen(on: try connection.handle)
    }

    func close() throws { changes.stopListening(on: try connection.handle) }

    var now: Timestamp { World.start + world.now + clockOffset }

    private var clock: WallClock { WallClock { self.now } }

    // MARK: reads

    func snapshot<Value>(_ body: (Connection, Timestamp) throws -> Value) throws -> Value {
        try connection.snapshot { try body($0, now) }
    }

    func read<Value>(_ scope: Scope, _ body: (any StoreTransaction) throws -> Value) throws -> Value {
        try connection.snapshot { connection in
            let transaction = SQLiteTransaction(
                scope: scope, now: now, connection: connection, seen: seen, sourceText: nil)
            defer { transaction.end() }
            let value = try body(transaction)
            seen.apply(transaction.changes)
            return value
        }
    }

    // MARK: writes

    /// Puts a write in line; the next step of the database takes it, perhaps with others.
    func submit(_ job: WriteJob) {
        waiting.append(job)
        world.arrived.append { [self] in commit() }
    }

    /// Carries out what waits, in one transaction or several.
    private func commit() {
        guard !waiting.isEmpty else { return }
        var rest: [WriteJob] = []
        let first = waiting.removeFirst()
        if !waiting.isEmpty, world.chance.permille(500) { swap(&rest, &waiting) }
        var group = CommitGroup(
            connection: connection, clock: clock, board: HintBoard(), seen: seen, sourceText: nil, meters: meters,
            commits: commits)
        let unfinished = group.commit(
            first: first, limit: 64, time: .seconds(3600), next: { rest.isEmpty ? nil : rest.removeFirst() })
        if !unfinished.isEmpty { world.fail("a group of writes was lost as a whole") }
    }

    /// What a caller's closure does inside its transaction, with what befalls it. Answers the value, the hints it posted.
    func carryOut<Value>(
        _ transaction: SQLiteTransaction, of node: Node, isRolledBack: Bool, isTwice: Bool,
        _ body: (any StoreTransaction) throws -> Value
    ) throws -> Value {
        if isTwice { try rehearse(transaction, body) }
        changes.clear()
        let value = try body(transaction)
        if isRolledBack { throw AppError(.storeUnavailable) }
        try examiner.examine(transaction, by: node, changes)
        return value
    }

    /// Runs the closure and takes all of it back, as when a connection is lost before the commit: it runs again after.
    private func rehearse<Value>(
        _ transaction: SQLiteTransaction, _ body: (any StoreTransaction) throws -> Value
    ) throws {
        let first = SQLiteTransaction(
            scope: transaction.scope, now: transaction.now, connection: connection, seen: seen, sourceText: nil)
        defer { first.end() }
        try connection.run("SAVEPOINT rehearsal")
        // Its outcome doesn't count, whatever it is.
        _ = try? body(first)
        try connection.run("ROLLBACK TO rehearsal")
        try connection.run("RELEASE rehearsal")
    }
}
