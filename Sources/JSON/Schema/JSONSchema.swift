/// A schema of the subset of JSON Schema draft 2020-12 that config schemas are written in. A keyword outside the
/// subset is refused when the schema is made, so that no rule is ever ignored in silence.
///
/// Checked: `type properties required additionalProperties items enum const minimum maximum exclusiveMinimum
/// exclusiveMaximum minLength maxLength minItems maxItems uniqueItems pattern oneOf anyOf allOf not $ref`, the last
/// only to `#` and `#/$defs/name`. Read as notes: `title description default format examples deprecated readOnly
/// writeOnly $schema $id $comment` and all that begins with `x-`.
public struct JSONSchema: Sendable {
    /// Says whether a text matches a regular expression, anywhere in it (ECMA 262, as the keyword `pattern` has it).
    public typealias PatternMatcher = @Sendable (_ pattern: String, _ text: String) -> Bool

    /// The schema as it was given.
    public let document: JSONValue

    let nodes: [SchemaNode]
    let matchesPattern: PatternMatcher

    /// Reads a schema; throws `JSONSchemaError` for one that isn't of the subset. Other keywords that may be ignored
    /// are named in `notes`. Without a matcher, patterns go to `BoundedPattern`, and one it can't read is refused.
    public init(
        _ document: JSONValue, notes: Set<String> = [], patternMatcher: PatternMatcher? = nil
    ) throws(JSONSchemaError) {
        var compiler = SchemaCompiler(notes: notes, checksPatterns: patternMatcher == nil)
        nodes = try compiler.compile(document)
        self.document = document
        matchesPattern = patternMatcher ?? { BoundedPattern.matches($0, $1) }
    }

    /// Everything that is wrong with a value, in the schema's order; empty if it is valid. At most 50 are given.
    public func validate(_ value: JSONValue) -> [JSONSchemaViolation] {
        var validator = SchemaValidator(schema: self)
        validator.check(value, against: SchemaCompiler.root, at: JSONPointer())
        return validator.violations
    }
}

/// Why a schema can't be used.
public struct JSONSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the schema.
    public let pointer: JSONPointer
    /// What is wrong there.
    public let message: String

    /// The place and the message.
    public var description: String { "schema at \"\(pointer)\": \(message)" }
}

/// One thing that is wrong with a value. The message names fields and limits and never the value itself.
public struct JSONSchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// The place of the fault; for a missing member the place where it should be.
    public let pointer: JSONPointer
    /// The keyword that isn't met.
    public let keyword: String
    /// What is wanted, for people.
    public let message: String

    /// The place and the message.
    public var description: String { "\(pointer): \(message)" }
}
