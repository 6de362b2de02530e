/// A value that must not leave: it prints, mirrors and encodes as `[redacted]`, and opens only by ``withExposed(_:)``.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable, Encodable
{
    private let value: Value

    public init(_ value: Value) { self.value = value }

    /// Lends the value to `body`. Invariant 6: grep for this name to find every place that sees a secret.
    public func withExposed<Result>(_ body: (Value) throws -> Result) rethrows -> Result { try body(value) }

    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
