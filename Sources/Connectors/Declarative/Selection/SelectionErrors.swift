public import Domain

/// Codes of bodies that can't be read.
extension ErrorCode {
    /// A body that is cut or damaged.
    public static let bodyDamaged = ErrorCode(
        "declarative.body_damaged", .source, "the answer's body is cut or isn't what its decoder reads")
    /// A compressed body that inflates too much.
    public static let bodyInflationLimit = ErrorCode(
        "declarative.inflation_limit", .source, "the answer's body inflates to more than 250 times its size")
    /// A body larger than is read.
    public static let bodyTooLarge = ErrorCode(
        "declarative.body_too_large", .source, "the answer's body is larger than is read at once")
    /// A body in another encoding than was said.
    public static let bodyEncoding = ErrorCode(
        "declarative.body_encoding", .source, "the answer's body isn't in the encoding that the manifest names")
    /// What was selected isn't an object.
    public static let recordNotMapping = ErrorCode(
        "declarative.record_not_object", .source, "what the manifest selects as a record isn't an object")
    /// A field can't be put where its path leads.
    public static let fieldBlocked = ErrorCode(
        "declarative.field_blocked", .source, "a field is to be put inside a value that is neither object nor list")
    /// A path to one value leads to several.
    public static let fieldAmbiguous = ErrorCode(
        "declarative.field_ambiguous", .source, "a path with a pattern leads to more than one value")
    /// A partition that can't be grouped or joined with others.
    public static let partitionUnusable = ErrorCode(
        "declarative.partition_unusable", .source, "a partition has other members than its group or union takes")
    /// The source's description of its fields makes no schema.
    public static let schemaUnusable = ErrorCode(
        "declarative.schema_unusable", .source, "the source's description of its fields makes no schema")
    /// A dynamic stream can't be made.
    public static let dynamicStreamUnusable = ErrorCode(
        "declarative.dynamic_stream_unusable", .source, "a stream that is made of a template can't be used")
    /// A job of the source didn't come to a good end.
    public static let jobFailed = ErrorCode(
        "declarative.job_failed", .source, "a job of the source failed, took too long or has a state that isn't known")
}
