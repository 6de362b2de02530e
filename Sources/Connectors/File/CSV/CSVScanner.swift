/// One field of a record that was found: where its text is and what it needs.
struct CSVField {
    /// The text without its quotes.
    var start: Int
    var end: Int
    var traits: CSVTraits
}

/// What a field or a record needs when it is written.
struct CSVTraits: OptionSet {
    var rawValue: UInt8
    /// Stood in quotes.
    static let quoted = CSVTraits(rawValue: 1)
    /// Holds quotes, which are doubled if it stood in quotes, backslashes or controls.
    static let escapes = CSVTraits(rawValue: 2)
    /// Holds bytes over 0x7F.
    static let highBytes = CSVTraits(rawValue: 4)
    /// Text follows the closing quote.
    static let badQuote = CSVTraits(rawValue: 8)
}

/// Finds the fields of one record after another (RFC 4180, with any of CRLF, LF and CR as line break, and quotes
/// inside an unquoted field taken as text). It copies nothing.
///
/// A record must lie in one piece of memory: where it doesn't, ``scan(_:from:to:isLast:)`` says so and starts over
/// with more.
struct CSVScanner {
    /// The most fields that are kept of a record; the others are counted.
    static let mostFields = 4096

    enum Outcome {
        /// The record ends before `next`.
        case record(next: Int)
        /// The record goes on past the end of the memory.
        case unfinished
        /// The input ends inside quotes.
        case unterminatedQuote
    }

    private enum FieldEnd { case field, record, unfinished, unterminatedQuote }

    private let text: TextScan
    private let storage: FieldStorage
    /// How many fields the record has.
    private(set) var fieldCount = 0
    /// The traits of all fields together.
    private(set) var traits: CSVTraits = []
    /// The line on which the record begins, counted from 1.
    private(set) var line = 1
    private var linesInside = 0
    private var index = 0

    init(delimiter: UInt8) {
        text = TextScan(delimiter: delimiter)
        storage = FieldStorage(capacity: Self.mostFields)
    }

    /// The fields of the record found last, at most ``mostFields``.
    var fields: UnsafePointer<CSVField> { UnsafePointer(storage.fields) }

    /// Whether the record found last is an empty line.
    var isBlankLine: Bool {
        fieldCount == 1 && fields[0].start == fields[0].end && !fields[0].traits.contains(.quoted)
    }

    /// Finds the record that begins at `start`, which is before `end`; `isLast` says that no byte follows `end`.
    mutating func scan(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, isLast: Bool) -> Outcome {
        index = start
        fieldCount = 0
        traits = []
        let linesBefore = linesInside
        while true {
            let isQuoted = index < end && bytes[index] == UInt8(ascii: "\"")
            let result =
                isQuoted
                ? quotedField(bytes, end, isLast)
                : plainField(bytes, index, [], fieldStart: index, fieldEnd: nil, end, isLast)
            switch result {
            case .field: continue
            case .record: return .record(next: index)
            case .unfinished, .unterminatedQuote:
                linesInside = linesBefore
                return result == .unfinished ? .unfinished : .unterminatedQuote
            }
        }
    }

    /// Says that the record found last was used, so that lines are counted on.
    mutating func step() {
        line += 1 + linesInside
        linesInside = 0
    }

    @inline(__always)
    private mutating func plainField(
        _ bytes: UnsafePointer<UInt8>, _ from: Int, _ known: CSVTraits, fieldStart: Int, fieldEnd: Int?, _ end: Int,
        _ isLast: Bool
    ) -> FieldEnd {
        var place = from
        var found = known
        var high: UInt64 = .max
        while true {
            place = text.fieldStop(bytes, from: place, to: end, high: high)
            guard place < end else {
                guard isLast else { return .unfinished }
                return endField(fieldStart, fieldEnd ?? place, found, next: place, .record)
            }
            let byte = bytes[place]
            if byte == text.delimiter {
                return endField(fieldStart, fieldEnd ?? place, found, next: place &+ 1, .field)
            }
            if byte == 0x0A { return endField(fieldStart, fieldEnd ?? place, found, next: place &+ 1, .record) }
            if byte == 0x0D {
                guard place &+ 1 < end || isLast else { return .unfinished }
                let isPair = place &+ 1 < end && bytes[place &+ 1] == 0x0A
                return endField(fieldStart, fieldEnd ?? place, found, next: place &+ (isPair ? 2 : 1), .record)
            }
            if byte >= 0x80 {
                found.insert(.highBytes)
                high = 0
            } else {
                found.insert(.escapes)
            }
            place &+= 1
        }
    }

    private mutating func quotedField(_ bytes: UnsafePointer<UInt8>, _ end: Int, _ isLast: Bool) -> FieldEnd {
        let start = index &+ 1
        var place = start
        var found: CSVTraits = .quoted
        var high: UInt64 = .max
        while true {
            place = TextScan.textStop(bytes, from: place, to: end, high: high)
            guard place < end else { return isLast ? .unterminatedQuote : .unfinished }
            let byte = bytes[place]
            if byte >= 0x80 {
                found.insert(.highBytes)
                high = 0
            } else {
                // What a quote or a carriage return means shows only in the byte after it.
                guard place &+ 1 < end || isLast else { return .unfinished }
                let next = place &+ 1 < end ? bytes[place &+ 1] : 0
                if byte == UInt8(ascii: "\"") {
                    guard next == UInt8(ascii: "\""), place &+ 1 < end else {
                        return closeQuote(bytes, start, place, found, end, isLast)
                    }
                    place &+= 1
                } else if byte == 0x0A || byte == 0x0D && next != 0x0A {
                    linesInside &+= 1
                }
                found.insert(.escapes)
            }
            place &+= 1
        }
    }

    /// Ends a field after its closing quote at `quote`; text that follows spoils the record.
    private mutating func closeQuote(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ quote: Int, _ found: CSVTraits, _ end: Int, _ isLast: Bool
    ) -> FieldEnd {
        let place = quote &+ 1
        if place < end, bytes[place] == text.delimiter {
            return endField(start, quote, found, next: place &+ 1, .field)
        }
        let isEnd = place == end || bytes[place] == 0x0A || bytes[place] == 0x0D
        let known = isEnd ? found : found.union(.badQuote)
        return plainField(bytes, place, known, fieldStart: start, fieldEnd: quote, end, isLast)
    }

    @inline(__always)
    private mutating func endField(
        _ start: Int, _ end: Int, _ found: CSVTraits, next: Int, _ result: FieldEnd
    ) -> FieldEnd {
        if fieldCount < Self.mostFields {
            (storage.fields + fieldCount).initialize(to: CSVField(start: start, end: end, traits: found))
        }
        fieldCount &+= 1
        traits.formUnion(found)
        index = next
        return result
    }
}

/// The memory of a scanner's fields.
private final class FieldStorage {
    let fields: UnsafeMutablePointer<CSVField>

    init(capacity: Int) { fields = .allocate(capacity: capacity) }

    deinit { fields.deallocate() }
}
