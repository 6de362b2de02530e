public import Domain

/// Codes of templates and of the values that they compute with.
extension ErrorCode {
    /// The text of a value isn't JSON.
    public static let valueJSONInvalid = ErrorCode("value.json_invalid", .malformed, "The text isn't valid JSON.")
    /// The template can't be read.
    public static let templateInvalid = ErrorCode(
        "template.invalid", .source, "The template's text can't be read: a bracket, a word or a tag is wrong.")
    /// The template names what its place doesn't have.
    public static let templateUndeclared = ErrorCode(
        "template.undeclared", .source, "The template uses a name that there isn't in its place.")
    /// The template was evaluated and failed.
    public static let templateFailed = ErrorCode(
        "template.failed", .source, "The template can't be computed from the values that it was given.")
    /// The template went beyond a bound.
    public static let templateTooCostly = ErrorCode(
        "template.too_costly", .source, "The template needs more steps, depth or memory than is allowed.")
}
