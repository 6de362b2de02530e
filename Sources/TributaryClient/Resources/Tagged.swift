/// A version of a DataSource as the server names it (RFC 9110 section 8.8.3), with its quotation marks.
public struct EntityTag: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The header's text.
    public let rawValue: String

    /// Takes a header's text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The header's text.
    public var description: String { rawValue }
}

/// A body with the tag of its version; its members can be read through it.
@dynamicMemberLookup
public struct Tagged<Body: Sendable>: Sendable {
    /// What the server answered.
    public let body: Body
    /// Names the body's version; nil where the answer had none.
    public let tag: EntityTag?

    /// Makes one.
    public init(body: Body, tag: EntityTag?) {
        self.body = body
        self.tag = tag
    }

    /// A member of the body.
    public subscript<Value>(dynamicMember member: KeyPath<Body, Value>) -> Value { body[keyPath: member] }
}

extension Tagged: Equatable where Body: Equatable {}
