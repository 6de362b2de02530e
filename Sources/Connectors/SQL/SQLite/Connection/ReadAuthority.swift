import GRDBSQLite
import Glibc

/// What statements on a source's database may do: read, and nothing else, whatever the schema's views say
/// (https://www.sqlite.org/c3ref/set_authorizer.html). It also keeps which tables a statement reads.
final class ReadAuthority {
    /// The tables and views that the statements prepared so far read.
    private(set) var tablesRead: Set<String> = []

    /// Functions that reach out of the database, or that only attacks need in a view.
    private static let refusedFunctions: Set = [
        "load_extension", "fts3_tokenizer", "sqlite_log", "readfile", "writefile",
    ]
    /// What the connector asks for itself, with its argument.
    private static let pragmas: Set = ["table_list", "table_xinfo", "index_list", "quick_check"]
    /// What virtual tables ask for as they are read: the value, never with an argument, which would set it.
    private static let values: Set = ["data_version", "page_size"]

    /// Makes the connection ask; it doesn't keep this object alive.
    func install(on handle: OpaquePointer) {
        sqlite3_set_authorizer(
            handle,
            { context, action, first, second, schema, _ in
                guard let context else { return SQLITE_DENY }
                let authority = Unmanaged<ReadAuthority>.fromOpaque(context).takeUnretainedValue()
                return authority.allows(action, first, second, schema) ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// How often SQLite may ask while one statement is prepared: a view that uses others twice each, and so on, takes
    /// time and memory without bound. Two thousand columns through ten views are below it.
    private static let mostQuestions = 30_000
    private var questions = 0

    /// A new statement is about to be prepared.
    func restart() {
        tablesRead.removeAll()
        questions = 0
    }

    private func allows(
        _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
        _ schema: UnsafePointer<CChar>?
    ) -> Bool {
        questions += 1
        guard questions <= Self.mostQuestions else { return false }
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_TRANSACTION: return true
        case SQLITE_READ:
            if let first { tablesRead.insert(String(cString: first)) }
            return true
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
            // Virtual tables prepare their writing as they are opened; run, it fails on a file that is read-only.
            return schema.map { strcmp($0, "main") } == 0
        case SQLITE_FUNCTION:
            guard let second else { return false }
            return !Self.refusedFunctions.contains(String(cString: second).lowercased())
        case SQLITE_PRAGMA:
            guard let first else { return false }
            let name = String(cString: first).lowercased()
            return Self.pragmas.contains(name) || second == nil && Self.values.contains(name)
        default: return false
        }
    }
}
