/// Says why an input can't be cut into elements.
public enum JSONElementError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is malformed, truncated, too deep or too large.
    case text(JSONError)
    /// The value at `path` is neither an array nor an object with what was asked for.
    case notAnArray(path: String, offset: Int)
    /// The top-level object has no array among its members; at most 20 of their names are given.
    case noArray(members: [String])
    /// The top-level object has a second array; both names are given.
    case severalArrays(members: [String])
    /// No value is at the path.
    case pathNotFound(path: String)
    /// A name of the path stands twice in one object.
    case pathRepeated(path: String, offset: Int)

    /// A stable word for the case: that of `JSONError.Code` for faults of the text, else the case's own.
    public var code: String {
        switch self {
        case .text(let error): error.code.rawValue
        case .notAnArray: "notAnArray"
        case .noArray: "noArray"
        case .severalArrays: "severalArrays"
        case .pathNotFound: "pathNotFound"
        case .pathRepeated: "pathRepeated"
        }
    }

    /// One line for people; names members and paths, never values.
    public var description: String {
        switch self {
        case .text(let error): error.description
        case .notAnArray(let path, let offset): "an array of records was expected at \(path) (byte \(offset))"
        case .noArray(let members): "the object has no array of records; its members: \(Self.list(members))"
        case .severalArrays(let members): "the object has more than one array: \(Self.list(members)); give a path"
        case .pathNotFound(let path): "nothing is at the path \(path)"
        case .pathRepeated(let path, let offset): "the path \(path) leads to two places (byte \(offset))"
        }
    }

    private static func list(_ members: [String]) -> String {
        members.isEmpty ? "none" : members.joined(separator: ", ")
    }
}

/// Which values of an input are its elements.
public enum JSONElementSelection: Hashable, Sendable {
    /// `array` where the input starts with `[`, else `onlyArray`.
    case automatic
    /// The elements of the array that the input is.
    case array
    /// The elements of the only array among the members of the object that the input is. Elements are given out when
    /// the first array is met, so a second array further on throws after the first one's elements were read.
    case onlyArray
    /// The elements of the array at a path, or the one object there.
    case path(JSONElementPath)
    /// The values of JSONL: one a line, blank lines skipped, bad lines rejected one by one.
    case lines
    /// The whole input as one element.
    case document
}

/// Bounds for cutting an input into elements.
public struct JSONElementLimits: Hashable, Sendable {
    /// What each value may be: depth, lone surrogates; `maxBytes` bounds one minified element. Repeated names are
    /// never looked for here.
    public let value: JSONLimits
    /// The longest member name outside of elements, in bytes.
    public let maxNameBytes: Int

    /// Makes limits.
    public init(value: JSONLimits, maxNameBytes: Int = 65_536) {
        self.value = value
        self.maxNameBytes = maxNameBytes
    }

    /// For what sources send: depth 64, 8 MiB an element.
    public static let source = JSONElementLimits(
        value: JSONLimits(
            maxDepth: 64, maxBytes: 8 << 20, allowsDuplicateNames: true, allowsLoneSurrogates: true))
}
