import Domain
import LibPQ
import StoreRows

/// How the tables that both stores have alike run their statements here.
extension PostgresTransaction: StatementRunner {
    func run(_ statement: SharedStatement, _ parameters: [BoundValue]) throws -> Int {
        try link.kept(text(of: statement), parameters.map(\.bindable)).affected
    }

    func all<Value>(
        _ statement: SharedStatement, _ parameters: [BoundValue], read: (inout Row) throws -> Value
    ) throws -> [Value] {
        try link.kept(text(of: statement), parameters.map(\.bindable)).all(read)
    }

    private func text(of statement: SharedStatement) -> String {
        isReading ? statement.postgres.reading : statement.postgres.writing
    }
}

extension BoundValue {
    /// The value in its type: a NULL has one too.
    fileprivate var bindable: any Bindable {
        switch self {
        case .integer(let value): value
        case .text(let value): value
        case .bytes(let value): value
        case .tenant(let value): value
        }
    }
}
