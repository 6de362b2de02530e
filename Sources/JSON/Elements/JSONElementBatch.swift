/// Whole elements cut from a large input, minified, one after another in one buffer.
public struct JSONElementBatch: Sendable {
    /// The elements' bytes.
    public internal(set) var bytes: [UInt8] = []
    /// Where each element ends in `bytes`; it begins where the one before ends.
    public internal(set) var ends: [Int] = []
    /// The lines that weren't valid JSON, in order; only when lines are read.
    public internal(set) var rejects: [JSONLineReject] = []

    /// Makes an empty batch.
    public init() {}

    /// How many elements there are.
    public var count: Int { ends.count }

    /// Whether there is no element; there may be rejects.
    public var isEmpty: Bool { ends.isEmpty }

    /// Where the element is in `bytes`.
    public func range(of element: Int) -> Range<Int> { (element == 0 ? 0 : ends[element - 1])..<ends[element] }

    /// The element's bytes.
    public func element(_ element: Int) -> ArraySlice<UInt8> { bytes[range(of: element)] }

    /// The element's text; costs a copy.
    public func text(of element: Int) -> String { String(decoding: self.element(element), as: UTF8.self) }

    /// Adds an element; `text` must be compact, valid JSON of one value.
    public mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
        endElement()
    }

    /// Forgets elements and rejects and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        rejects.removeAll(keepingCapacity: true)
    }

    mutating func endElement() { ends.append(bytes.count) }

    /// Drops the bytes of an element that wasn't ended.
    mutating func dropUnfinished() { bytes.removeLast(bytes.count - (ends.last ?? 0)) }
}

/// One line of JSONL that isn't valid JSON.
public struct JSONLineReject: Hashable, Sendable {
    /// The most bytes that `excerpt` has.
    public static let longestExcerpt = 200

    /// The line, counted from 1.
    public let line: Int
    /// What is wrong; its offset counts from the start of the input.
    public let error: JSONError
    /// The first bytes of the line as the source gave them, for whoever has to repair it; they aren't always UTF-8.
    public let excerpt: [UInt8]
}
