/// Bounds and permissions for reading one JSON text.
public struct JSONLimits: Hashable, Sendable {
    /// The greatest `maxDepth` there is; building a value recurses, so its depth must fit a thread's stack.
    public static let deepest = 256

    /// How deeply arrays and objects may nest: 1 is a flat array or object, 0 a lone scalar; at most `deepest`.
    public let maxDepth: Int
    /// The longest text in bytes; nil means that the caller has bounded it already.
    public let maxBytes: Int?
    /// Whether an object may repeat a name, in which case the last one wins.
    public let allowsDuplicateNames: Bool
    /// Whether `\ud800` to `\udfff` may stand alone; a `String` made from one holds U+FFFD instead.
    public let allowsLoneSurrogates: Bool

    /// Makes limits; the defaults are those for request bodies.
    public init(
        maxDepth: Int = 32, maxBytes: Int? = nil, allowsDuplicateNames: Bool = false,
        allowsLoneSurrogates: Bool = false
    ) {
        self.maxDepth = min(max(maxDepth, 0), Self.deepest)
        self.maxBytes = maxBytes
        self.allowsDuplicateNames = allowsDuplicateNames
        self.allowsLoneSurrogates = allowsLoneSurrogates
    }

    /// For what sources send: depth 64, repeated names and lone surrogates as they are.
    public static let source = JSONLimits(maxDepth: 64, allowsDuplicateNames: true, allowsLoneSurrogates: true)
}
