public import Domain

/// Why a row isn't written.
enum RowFault: Error, Hashable {
    /// The bytes break the protocol or a value's binary format: the source speaks nonsense, and the run fails.
    case malformed
    /// The row can't be a record.
    case reject(ErrorCode)
}

/// Why a value isn't written; without a payload, so that the hot path moves none.
enum ValueFault: Error {
    case malformed, notUTF8, invalidJSON
    /// The row's text is longer than a body may be, and the rest of the row isn't written.
    case oversize
}

/// Why a row of a database can't be a record.
extension ErrorCode {
    /// A value of a JSON column breaks RFC 8259, or makes the record nest deeper than 64.
    public static let recordJSONInvalid = ErrorCode(
        "record.json_invalid", .source, "the row has a JSON value that is malformed or nested too deeply")
}
