import Domain
import StoreRows

/// How the tables that both stores have alike run their statements here.
extension SQLiteTransaction: StatementRunner {
    func run(_ statement: SharedStatement, _ parameters: [BoundValue]) throws -> Int {
        try connection.statement(statement.sqlite).run(parameters)
    }

    func all<Value>(
        _ statement: SharedStatement, _ parameters: [BoundValue], read: (inout Row) throws -> Value
    ) throws -> [Value] {
        try connection.statement(statement.sqlite).all(parameters, read)
    }
}

extension BoundValue: Bindable {
    func bind(to statement: Statement, at index: Int32) throws {
        switch self {
        case .integer(let value): try value.bind(to: statement, at: index)
        case .text(let value): try value.bind(to: statement, at: index)
        case .bytes(let value): try value.bind(to: statement, at: index)
        case .tenant(let value): try value.bind(to: statement, at: index)
        }
    }
}
