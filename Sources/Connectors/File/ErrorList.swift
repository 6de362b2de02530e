public import Domain

extension ErrorCode {
    /// Every code that this target declares, for the catalogue.
    public static let fileConnectorAll: [ErrorCode] = [
        .fileConfigInvalid, .fileURLUnsupported, .fileNoMatch, .fileTooMany, .fileFormatUnknown,
        .fileEntityNameClash, .fileEntityUnknown, .fileEncoding, .fileChangedDuringRead, .fileGzipTruncated,
        .fileGzipCorrupt, .fileInflationLimit, .fileJSONTruncated, .fileJSONMalformed, .fileJSONNoRecords,
        .csvHeaderDuplicate, .csvHeaderInvalid, .csvUnterminatedQuote, .csvRecordTooLarge, .csvKeyColumnMissing,
        .csvFieldCount, .csvBadQuote, .csvInvalidUTF8, .jsonInvalidLine,
    ]
}
