import ConnectorAPI
import Domain
import JSON

/// How the items of a push are written.
public enum PushForm: Sendable {
    /// A JSON array.
    case array
    /// One item a line.
    case lines
}

/// An item that couldn't be stored.
public struct PushReject: Sendable, Hashable {
    /// Its place among the request's items, counted from 0.
    public var index: Int
    /// A dotted code: `record.key_missing`.
    public var code: String
    /// One sentence.
    public var detail: String
}

/// Takes a body apart into batches, in the order of its items.
struct PushIntake: Sendable {
    /// Items of one request: what one transaction writes without holding others up for long (Invariants 5 and 8).
    static let mostItems = 200_000
    /// Rejects that an answer lists; more are only counted.
    static let mostRejectsListed = Resource.maxPushRejects
    /// How much is cut into items before these are used.
    private static let piece = 256 << 10
    private static let markerName = "_deleted"

    private(set) var batches: [RecordBatch] = []
    private(set) var received = 0
    private(set) var rejected = 0
    private(set) var rejects: [PushReject] = []
    private var builder: RecordBuilder
    private let keyCount: Int
    private let fields: JSONFields

    /// Reads `body`; throws ``JSON/JSONError`` for what isn't JSON, `request.invalid` for JSON that isn't an array,
    /// `push.too_many_items`.
    init(_ body: [UInt8], _ form: PushForm, entity: String, primaryKey: [String]) throws {
        builder = RecordBuilder(entity: entity, primaryKey: primaryKey)
        keyCount = primaryKey.count
        fields = JSONFields(primaryKey + [Self.markerName])
        var scanner = JSONElementScanner(form == .array ? .array : .lines)
        var found = JSONElementBatch()
        try body.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.piece) {
                let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.piece, bytes.count)])
                try Self.faults(of: body) { () throws(JSONElementError) in try scanner.feed(piece, into: &found) }
                try take(&found)
            }
            try Self.faults(of: body) { () throws(JSONElementError) in try scanner.finish(into: &found) }
            try take(&found)
        }
        takeBatch()
    }

    private static func faults(of body: [UInt8], _ scan: () throws(JSONElementError) -> Void) throws {
        do throws(JSONElementError) {
            try scan()
        } catch {
            if case .text(let cause) = error { throw cause }
            // Only what is JSON at all has the wrong type.
            var whole = JSONElementScanner(.document, limits: JSONElementLimits(value: .source))
            var document = JSONElementBatch()
            do throws(JSONElementError) {
                try whole.feed(body, into: &document)
                try whole.finish(into: &document)
            } catch {
                if case .text(let cause) = error { throw cause }
            }
            throw AppError(
                .requestInvalid, faults: [AppError.Fault(FaultCode.type, at: "", "Must be an array of items.")])
        }
    }

    private mutating func take(_ found: inout JSONElementBatch) throws {
        // One line that can't be read spoils the request: what is behind it may be anything.
        if let bad = found.rejects.first { throw bad.error }
        guard received + found.count <= Self.mostItems else { throw AppError(.pushTooManyItems) }
        try found.bytes.withUnsafeBytes { bytes in
            for place in 0..<found.count {
                try take(UnsafeRawBufferPointer(rebasing: bytes[found.range(of: place)]))
            }
        }
        found.removeAll()
    }

    private mutating func take(_ item: UnsafeRawBufferPointer) throws {
        if RepeatedNames.are(in: item) {
            throw JSONError(.duplicateName, offset: 0, detail: "item \(received) has two members of the same name")
        }
        let before = builder.batch.rejects.count
        add(item)
        if let reject = builder.batch.rejects.last, builder.batch.rejects.count > before { note(reject.reason) }
        received += 1
        if builder.isFull { takeBatch() }
    }

    private mutating func add(_ item: UnsafeRawBufferPointer) {
        guard item.first == UInt8(ascii: "{"), let ranges = fields.ranges(in: item) else {
            return builder.reject(.recordNotObject, excerpt: item)
        }
        let keyRanges = Array(ranges.prefix(keyCount))
        guard let marker = ranges[keyCount] else { return builder.append(object: item, keyRanges: keyRanges) }
        if item[marker].elementsEqual("true".utf8) {
            builder.append(deletionOf: item, keyRanges: keyRanges)
        } else if item[marker].elementsEqual("false".utf8) {
            let rest = Self.text(item, withoutMemberOf: marker)
            rest.withUnsafeBytes { builder.append(object: $0) }
        } else {
            builder.reject(.pushMarkerInvalid, excerpt: item)
        }
    }

    /// The object without the member whose value is at `value`: a marker that says nothing isn't the record's.
    private static func text(_ object: UnsafeRawBufferPointer, withoutMemberOf value: Range<Int>) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let comma = UInt8(ascii: ",")
        // The text is compact, and no escape of this name can be one of a quotation mark.
        let nameEnd = object[..<value.lowerBound].lastIndex(of: quote) ?? value.lowerBound
        var start = object[..<nameEnd].lastIndex(of: quote) ?? nameEnd
        var end = value.upperBound
        if start > 0, object[start - 1] == comma {
            start -= 1
        } else if end < object.count, object[end] == comma {
            end += 1
        }
        return Array(object[..<start]) + Array(object[end...])
    }

    private mutating func note(_ code: String) {
        rejected += 1
        guard rejects.count < Self.mostRejectsListed else { return }
        let known: [ErrorCode] = [
            .recordKeyMissing, .recordKeyNull, .recordKeyUnsupported, .recordTooLarge, .recordNotObject,
            .pushMarkerInvalid,
        ]
        let detail = known.first { $0.code == code }?.summary ?? code
        rejects.append(PushReject(index: received, code: code, detail: detail))
    }

    private mutating func takeBatch() {
        let batch = builder.takeBatch()
        if !batch.items.isEmpty { batches.append(batch) }
    }
}
