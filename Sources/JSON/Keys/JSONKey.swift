/// Why key values don't make a key.
public struct JSONKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Code: String, Error, CaseIterable {
        /// The record has no such member.
        case missing
        /// The value is `null`.
        case null
        /// The value is an array or an object, or a number whose exponent has more than 17 digits.
        case unsupported
        /// The text isn't JSON, or the bytes aren't an ordered key.
        case malformed
    }

    /// Why there is no key.
    public let code: Code
    /// The place in the list of the value at fault, from 0.
    public let index: Int

    /// One line for people, without the value.
    public var description: String { "key value \(index + 1) is \(code.rawValue)" }
}

/// The identity of a record: its key values with their types, spelled in one way only. `1`, `1.0`, `1e0` and `10e-1`
/// are one key, `0` and `-0` too, `"a"` and `"\u0061"` too; `1` and `"1"` are two, and so are letters that only
/// Unicode equivalence makes equal. There are two forms: readable JSON text, and bytes that sort as the values do.
public enum JSONKey {
    /// Appends the readable form, such as `[1,"a"]`, of the values at `ranges` of `record`; nil stands for a member
    /// that isn't there. On an error `output` is as it was.
    public static func appendCanonical(
        _ ranges: [Range<Int>?], of record: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) throws(JSONKeyError) {
        try append(ranges, of: record, to: &output) { (values, output) in
            CanonicalKey.append(values, to: &output)
        }
    }

    /// Appends the ordered form of the values at `ranges` of `record`; nil stands for a member that isn't there. On an
    /// error `output` is as it was. See `OrderedKey` for the format; how long the result is shows in `output`.
    public static func appendOrdered(
        _ ranges: [Range<Int>?], of record: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) throws(JSONKeyError) {
        try append(ranges, of: record, to: &output) { (values, output) in
            for value in values { OrderedKey.append(value, to: &output) }
        }
    }

    /// The readable form of values given as JSON texts; nil stands for one that is missing.
    public static func canonical(_ values: [[UInt8]?]) throws(JSONKeyError) -> [UInt8] {
        var output: [UInt8] = []
        let (text, ranges) = joined(values)
        try text.span.withUnsafeBytes { (view) throws(JSONKeyError) in
            try appendCanonical(ranges, of: view, to: &output)
        }
        return output
    }

    /// The ordered form of values given as JSON texts; nil stands for one that is missing.
    public static func encodeOrdered(_ values: [[UInt8]?]) throws(JSONKeyError) -> [UInt8] {
        var output: [UInt8] = []
        let (text, ranges) = joined(values)
        try text.span.withUnsafeBytes { (view) throws(JSONKeyError) in
            try appendOrdered(ranges, of: view, to: &output)
        }
        return output
    }

    /// The ordered form of a key in readable form or any other spelling, such as `[1.0,"a"]`.
    public static func encodeOrdered(keyText: [UInt8]) throws(JSONKeyError) -> [UInt8] {
        do throws(JSONError) {
            let key = try JSONParser(limits: JSONLimits(maxDepth: 1, allowsLoneSurrogates: true)).parse(keyText)
            guard case .array = key else { throw JSONError.malformed(0, "a key is an array") }
        } catch {
            throw JSONKeyError(code: error.code == .tooDeep ? .unsupported : .malformed, index: 0)
        }
        return try encodeOrdered(elements(of: keyText))
    }

    /// The readable form of a key in ordered form; throws `malformed` for bytes that `encodeOrdered` doesn't make.
    public static func decodeOrdered(_ key: [UInt8]) throws(JSONKeyError) -> [UInt8] {
        var values: [KeyValue] = []
        try key.span.withUnsafeBufferPointer { (view) throws(JSONKeyError) in
            var reader = OrderedKeyReader(view)
            while !reader.isAtEnd {
                guard let value = reader.next() else { throw JSONKeyError(code: .malformed, index: values.count) }
                values.append(value)
            }
        }
        var output: [UInt8] = []
        CanonicalKey.append(values, to: &output)
        return output
    }

    private static func elements(of array: [UInt8]) -> [[UInt8]?] {
        array.withUnsafeBufferPointer { view in
            var walker = TextWalker(view)
            var elements: [[UInt8]?] = []
            guard walker.take(Byte.beginArray) else { return [] }
            while let next = walker.peek(), next != Byte.endArray, let range = walker.value() {
                elements.append(Array(view[range]))
                _ = walker.take(Byte.comma)
            }
            return elements
        }
    }

    private static func joined(_ values: [[UInt8]?]) -> ([UInt8], [Range<Int>?]) {
        var text: [UInt8] = []
        let ranges = values.map { value in
            value.map { bytes in
                text.append(contentsOf: bytes)
                return text.count - bytes.count..<text.count
            }
        }
        return (text, ranges)
    }

    private static func append(
        _ ranges: [Range<Int>?], of record: UnsafeRawBufferPointer, to output: inout [UInt8],
        _ write: ([KeyValue], inout [UInt8]) -> Void
    ) throws(JSONKeyError) {
        let record = record.bindMemory(to: UInt8.self)
        var values: [KeyValue] = []
        values.reserveCapacity(ranges.count)
        for (index, range) in ranges.enumerated() {
            guard let range else { throw JSONKeyError(code: .missing, index: index) }
            do {
                values.append(try KeyValue(ByteView(rebasing: record[range])))
            } catch {
                throw JSONKeyError(code: error, index: index)
            }
        }
        write(values, &output)
    }
}
