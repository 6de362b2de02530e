public import Domain

/// Codes of the `file` connector.
extension ErrorCode {
    /// The config of a `file` source can't be used.
    public static let fileConfigInvalid = ErrorCode(
        "file.config_invalid", .source, "a field of the config has a value that the file connector can't use")
    /// URLs aren't read.
    public static let fileURLUnsupported = ErrorCode(
        "file.url_unsupported", .source, "the file connector reads local paths only; URLs aren't supported yet")
    /// The glob matches nothing.
    public static let fileNoMatch = ErrorCode("file.no_match", .source, "no file matches the path's pattern")
    /// A pattern's walk reached its bounds.
    public static let fileTooMany = ErrorCode(
        "file.too_many", .source,
        "the path's pattern meets more than 10,000 files or 100,000 folder entries; use a narrower one")
    /// The format isn't given and can't be told from the name.
    public static let fileFormatUnknown = ErrorCode(
        "file.format_unknown", .source, "the format can't be told from the file's name; set format")
    /// Two files would be one entity.
    public static let fileEntityNameClash = ErrorCode(
        "file.entity_name_clash", .source, "two files would make an entity of the same name")
    /// The plan names an entity that isn't there.
    public static let fileEntityUnknown = ErrorCode(
        "file.entity_unknown", .source, "no file makes the entity that was asked for")
    /// The file isn't in the encoding that was said.
    public static let fileEncoding = ErrorCode(
        "file.encoding", .source, "the file isn't in the encoding that the config names")
    /// The file was cut or rewritten while it was read.
    public static let fileChangedDuringRead = ErrorCode(
        "file.changed_during_read", .source, "the file was replaced or rewritten while it was read")
    /// gzip data ends early.
    public static let fileGzipTruncated = ErrorCode("file.gzip_truncated", .source, "the gzip file ends too early")
    /// gzip data is broken.
    public static let fileGzipCorrupt = ErrorCode(
        "file.gzip_corrupt", .source, "the file isn't gzip or its data is damaged")
    /// gzip data inflates too much.
    public static let fileInflationLimit = ErrorCode(
        "file.inflation_limit", .source, "the gzip file inflates to more than 1,000 times its size")
    /// A JSON file ends early.
    public static let fileJSONTruncated = ErrorCode(
        "json.truncated", .source, "the JSON file ends inside a value")
    /// A JSON file breaks the grammar or a limit.
    public static let fileJSONMalformed = ErrorCode(
        "json.malformed", .source, "the JSON file can't be read as JSON within the limits")
    /// A JSON file has no array where one was expected.
    public static let fileJSONNoRecords = ErrorCode(
        "json.no_records", .source, "the JSON file has no array of records where the config says")
    /// Two columns have one name.
    public static let csvHeaderDuplicate = ErrorCode(
        "csv.header_duplicate", .source, "two columns of the header have the same name")
    /// Too many columns, or a header that isn't text.
    public static let csvHeaderInvalid = ErrorCode(
        "csv.header_invalid", .source, "the header has more than 4,096 columns or isn't text")
    /// The file ends inside quotes.
    public static let csvUnterminatedQuote = ErrorCode(
        "csv.unterminated_quote", .source, "the file ends inside a quoted field")
    /// One record is too long to be one.
    public static let csvRecordTooLarge = ErrorCode(
        "csv.record_too_large", .source, "a record is longer than 16 MiB; a quote may be missing")
    /// A key column isn't in the header.
    public static let csvKeyColumnMissing = ErrorCode(
        "csv.key_column_missing", .source, "a column of primary_key isn't in the header")
}

/// Codes of rejects: rows that can't become records.
extension ErrorCode {
    /// The row has more or fewer fields than there are columns.
    public static let csvFieldCount = ErrorCode(
        "csv.field_count", .source, "the row has more or fewer fields than there are columns")
    /// Text follows a closing quote.
    public static let csvBadQuote = ErrorCode(
        "csv.bad_quote", .source, "in the row, text stands between a closing quote and the next delimiter")
    /// The row isn't UTF-8.
    public static let csvInvalidUTF8 = ErrorCode("csv.invalid_utf8", .source, "the row holds bytes that aren't UTF-8")
    /// The line isn't JSON.
    public static let jsonInvalidLine = ErrorCode("json.invalid_line", .source, "the line isn't one JSON value")
}
