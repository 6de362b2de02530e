import GRDBSQLite

/// Which rows the transaction under way has inserted, changed or removed, told by SQLite itself.
final class Changes {
    private(set) var rows: [String: Set<Int64>] = [:]

    /// Listens on a connection, as long as it lives.
    func listen(on handle: OpaquePointer) {
        sqlite3_update_hook(
            handle,
            { context, _, _, table, row in
                guard let context, let table else { return }
                Unmanaged<Changes>.fromOpaque(context).takeUnretainedValue().note(table, row)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func stopListening(on handle: OpaquePointer) { sqlite3_update_hook(handle, nil, nil) }

    func clear() { rows.removeAll(keepingCapacity: true) }

    /// In order of row id.
    func rows(of table: String) -> [Int64] { rows[table].map { $0.sorted() } ?? [] }

    private func note(_ table: UnsafePointer<CChar>, _ row: Int64) {
        rows[String(cString: table), default: []].insert(row)
    }
}
