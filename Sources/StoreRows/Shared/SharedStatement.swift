package import Domain

/// A statement that both stores know, written once.
///
/// Parameters are written `?1`, `?2`; `{lock}` at the end of a `SELECT` locks the rows where a write reads them to change
/// them, which SQLite's one writer needs no word for.
package struct SharedStatement: Sendable {
    package let sqlite: String
    /// In a read, and in a write.
    package let postgres: (reading: String, writing: String)

    package init(_ text: String) {
        sqlite = text.replacing("{lock}", with: "")
        let marked = text.replacing("?", with: "$")
        postgres = (marked.replacing("{lock}", with: ""), marked.replacing("{lock}", with: "FOR UPDATE"))
    }
}

/// A value that a shared statement's parameter takes; nil is NULL.
package enum BoundValue: Sendable {
    case integer(Int64?)
    case text(String?)
    case bytes([UInt8]?)
    case tenant(TenantID)

    package static func time(_ time: Timestamp?) -> BoundValue { .integer(time?.milliseconds) }
    package static func id<Kind>(_ id: Identifier<Kind>?) -> BoundValue { .text(id?.rawValue) }
}

/// A transaction of a store, as the tables that both have alike use it.
package protocol StatementRunner: SendableMetatype {
    associatedtype AnswerRow: StoredRow, SendableMetatype

    var scope: Scope { get }

    /// Runs a statement for its effect; answers how many rows it changed.
    @discardableResult
    func run(_ statement: SharedStatement, _ parameters: [BoundValue]) throws -> Int

    /// All rows of an answer; the statement bounds how many.
    func all<Value>(
        _ statement: SharedStatement, _ parameters: [BoundValue], read: (inout AnswerRow) throws -> Value
    ) throws -> [Value]
}
