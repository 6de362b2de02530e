public import Domain

/// One page of a list of DataSources as answers show it.
public struct SourceList: Sendable {
    public var page: SourcePage
    /// Where to go on: opaque bytes; nil at the end.
    public var cursor: [UInt8]?
    /// How many items all pages hold.
    public var total: Int
}
