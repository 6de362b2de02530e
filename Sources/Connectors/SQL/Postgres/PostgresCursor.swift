import Domain

/// The column that an incremental read of one table follows, and from where.
struct PostgresCursor: Sendable {
    var column: String
    var kind: CursorKind
    var table: PostgresTable
    /// What the last run left; nil = read everything.
    var state: PostgresState?
    var snapshot: PostgresSnapshot
    var lookback: Duration

    init(
        _ column: String, kind: CursorKind, of table: PostgresTable, state bytes: [UInt8]?,
        at snapshot: PostgresSnapshot,
        lookback: Duration
    ) {
        (self.column, self.kind, self.table, self.snapshot, self.lookback) = (column, kind, table, snapshot, lookback)
        if let state = bytes.flatMap({ PostgresState($0) }), state.column == column, state.kind == kind,
            state.table == table.oid, state.file == table.file, state.shape == table.shape,
            // A server whose transactions went back is another one, restored or made anew.
            state.transaction.map({ $0 <= snapshot.nextTransaction ?? $0 }) ?? true
        {
            self.state = state
        }
    }

    /// Conditions of the queries to send, in their order; nil = no condition. Those whose rows have no cursor come first, so
    /// that a state along the way is true of them too.
    var conditions: [(condition: String?, isSorted: Bool)] {
        guard let state, let cursor = state.cursor else { return [(nil, false)] }
        let name = SQL.quoted(column)
        let isRecent = madeSince(state)
        let low = state.floor.map { "\(name) >= \(kind.literal(lowest($0, cursor)))" }
        let new = isRecent.map { "(\(name) > \(kind.literal(cursor)) OR \($0))" }
        let main = [low, new].compactMap { $0 }.joined(separator: " AND ")
        guard !main.isEmpty else { return [(nil, false)] }
        guard table.columns.contains(where: { $0.name == column && $0.isNullable }) else { return [(main, true)] }
        let empty = "\(name) IS NULL"
        return [(isRecent.map { "\(empty) AND \($0)" } ?? empty, false), (main, true)]
    }

    /// From where rows may have appeared since: the open transactions' begin, and the lookback before that.
    private func lowest(_ floor: Int64, _ cursor: Int64) -> Int64 {
        let (lowest, overflow) = min(floor, cursor).subtractingReportingOverflow(kind.units(of: lookback))
        return max(overflow ? .min : lowest, kind.least)
    }

    /// A row was made by a transaction that the last run's snapshot didn't see as ended. Rows hold the low 32 bits of its
    /// number (PostgreSQL 15, 74.1), so it can be told only within half the circle; nil where it can't.
    private func madeSince(_ state: PostgresState) -> String? {
        guard table.tellsTransactions, let then = state.transaction, let next = snapshot.nextTransaction, then <= next,
            next - then < 1 << 31
        else { return nil }
        return "(xmin::text::int8 - \(then % (1 << 32)) + 8589934592) % 4294967296 < 2147483648"
    }

    /// The state once everything was read.
    func finalState(_ progress: CursorProgress) -> PostgresState {
        self.state(at: [state?.cursor, progress.highest].compactMap { $0 }.max())
    }

    /// The state in the middle of a sorted read; nil while it wouldn't lead further than the old one.
    func checkpoint(_ progress: CursorProgress) -> PostgresState? {
        guard let complete = progress.complete, let old = state?.cursor, complete > old else { return nil }
        return self.state(at: complete)
    }

    private func state(at cursor: Int64?) -> PostgresState {
        var state = PostgresState(
            column: column, kind: kind, table: table.oid, file: table.file, shape: table.shape)
        state.cursor = cursor
        // What a refresh of a materialized view changes may have any time; so may what a prepared transaction brings.
        if !snapshot.hasPrepared && table.kind != "m" {
            state.floor = cursor.map { cursor in min(cursor, kind.floor(of: snapshot) ?? cursor) }
        }
        state.transaction = table.tellsTransactions ? snapshot.oldestTransaction : nil
        return state
    }
}

extension CursorKind {
    /// Microseconds a day.
    private static let day: Int64 = 86_400_000_000

    /// An hour: a local time may be put back by that.
    private static let hour: Int64 = 3_600_000_000

    /// The least value that the type has (PostgreSQL 15, table 8.9).
    var least: Int64 {
        switch self {
        case .integer: .min
        case .date: -2_451_545
        case .timestamp, .timestamptz: -211_813_488_000_000_000
        }
    }

    /// A value of this kind as SQL. Days and the rest apart: older servers can't read an interval of so many microseconds.
    func literal(_ value: Int64) -> String {
        switch self {
        case .integer: return "'\(value)'::int8"
        case .date: return "date '2000-01-01' + \(value)"
        case .timestamp: return "timestamp '2000-01-01 00:00:00' + \(Self.interval(value))"
        case .timestamptz: return "timestamptz '2000-01-01 00:00:00+00' + \(Self.interval(value))"
        }
    }

    private static func interval(_ value: Int64) -> String {
        let days = days(value)
        let remainder = value % day
        let rest = remainder < 0 ? remainder + day : remainder
        return "interval '\(days) days \(rest / 1_000_000) seconds \(rest % 1_000_000) microseconds'"
    }

    /// Rounded down.
    private static func days(_ value: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: day)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// How much of a lookback is in this kind's unit; none where the cursor isn't a time.
    func units(of lookback: Duration) -> Int64 {
        let seconds = lookback.components.seconds
        return switch self {
        case .integer: 0
        case .date: (seconds + 86_399) / 86_400
        case .timestamp, .timestamptz: seconds * 1_000_000
        }
    }

    /// Since when transactions have been open, in this kind's unit.
    func floor(of snapshot: PostgresSnapshot) -> Int64? {
        switch self {
        case .integer: nil
        case .date: snapshot.openSinceLocal.map { Self.days($0 &- Self.hour) }
        case .timestamp: snapshot.openSinceLocal.map { $0 &- Self.hour }
        case .timestamptz: snapshot.openSince
        }
    }
}
