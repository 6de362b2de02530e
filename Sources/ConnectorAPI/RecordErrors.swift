public import Domain

/// Why an item of a source can't become a record; the `reason` of a ``Reject``.
extension ErrorCode {
    /// The item lacks a field of the primary key.
    public static let recordKeyMissing = ErrorCode(
        "record.key_missing", .source, "the item has no value for a field of the primary key")
    /// A field of the primary key is null.
    public static let recordKeyNull = ErrorCode("record.key_null", .source, "a field of the primary key is null")
    /// A field of the primary key is an array, an object or a number that is out of all bounds.
    public static let recordKeyUnsupported = ErrorCode(
        "record.key_unsupported", .source, "a field of the primary key isn't a text, a number or a truth value")
    /// The item's body is longer than 8 MiB.
    public static let recordTooLarge = ErrorCode("record.too_large", .source, "the item is longer than 8 MiB")
    /// The item isn't a JSON object.
    public static let recordNotObject = ErrorCode("record.not_object", .source, "the item isn't a JSON object")
    /// A text of the item isn't valid UTF-8.
    public static let recordNotUTF8 = ErrorCode("record.not_utf8", .source, "a text of the item isn't valid UTF-8")
}
