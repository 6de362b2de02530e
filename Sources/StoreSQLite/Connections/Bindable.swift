import Domain

/// A value that a statement's parameter can take.
protocol Bindable {
    func bind(to statement: Statement, at index: Int32) throws
}

extension Int64: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, self) }
}

extension Int: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, Int64(self)) }
}

extension Bool: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, self ? 1 : 0) }
}

extension String: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, self) }
}

extension [UInt8]: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, self) }
}

extension Timestamp: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, milliseconds) }
}

extension TenantID: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, rawValue) }
}

extension AppID: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, rawValue) }
}

extension Identifier: Bindable {
    func bind(to statement: Statement, at index: Int32) throws { try statement.bind(index, rawValue) }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: Statement, at index: Int32) throws {
        if let self { try self.bind(to: statement, at: index) } else { try statement.bindNull(index) }
    }
}
