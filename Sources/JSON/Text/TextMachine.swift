/// Validates one JSON value against RFC 8259 and copies it without the white space between its tokens; fed in pieces
/// that may be cut anywhere. Runs between white space are copied whole, so compact text costs one copy.
struct TextMachine {
    private enum State: UInt8 {
        case value, firstElement, firstName, name, colon, next, string, number, literal, done
    }

    private let limits: JSONLimits
    private var state = State.value
    private var stringIsName = false
    private var string: StringMachine
    private var number: NumberMachine?
    /// The rest of `true`, `false` or `null`, lowest byte first.
    private var literal: UInt64 = 0
    private var containers = ContainerStack()

    /// Whether bytes are copied; false validates only.
    var copies: Bool
    /// The most bytes that may be copied; nil for no bound.
    var maxCopied: Int?
    private(set) var copied = 0

    init(limits: JSONLimits, copies: Bool = true, maxCopied: Int? = nil) {
        self.limits = limits
        self.copies = copies
        self.maxCopied = maxCopied
        string = StringMachine(allowsLoneSurrogates: limits.allowsLoneSurrogates)
    }

    /// Gets ready for another value.
    mutating func begin(copies: Bool, maxCopied: Int?) {
        state = .value
        stringIsName = false
        containers = ContainerStack()
        copied = 0
        self.copies = copies
        self.maxCopied = maxCopied
    }

    /// Whether a byte of the value has been seen.
    var hasBegun: Bool { state != .value || containers.depth > 0 }

    /// Reads on from `start`; returns the place after the value's last byte, or nil when all bytes were taken and the
    /// value goes on. A number ends at the first byte that isn't its own, or at `finish`.
    mutating func advance(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, into output: inout [UInt8]
    ) throws(JSONError) -> Int? {
        var index = start
        var run = start
        while index < end {
            switch state {
            case .string: index = try advanceString(bytes, from: index, to: end)
            case .number: index = try advanceNumber(bytes, from: index, to: end)
            case .literal: try takeLiteral(bytes[index], at: &index)
            default:
                let byte = bytes[index]
                if Byte.isWhitespace(byte) {
                    try copy(bytes, run, index, into: &output)
                    index &+= 1
                    while index < end, Byte.isWhitespace(bytes[index]) { index &+= 1 }
                    run = index
                } else {
                    try takeStructure(byte, at: index)
                    index &+= 1
                }
            }
            if state == .done {
                try copy(bytes, run, index, into: &output)
                return index
            }
        }
        try copy(bytes, run, index, into: &output)
        return nil
    }

    /// Says that no byte follows: ends a number that may end here, and throws `truncated` for anything unfinished.
    mutating func finish(at offset: Int) throws(JSONError) {
        if state == .done { return }
        guard state == .number, number?.isComplete == true, containers.depth == 0 else {
            throw JSONError(.truncated, offset: offset, detail: "the input ends inside a value")
        }
        state = .done
    }

    @inline(__always)
    private mutating func copy(
        _ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int, into output: inout [UInt8]
    ) throws(JSONError) {
        guard copies, to > from else { return }
        copied &+= to &- from
        if let maxCopied, copied > maxCopied {
            throw JSONError(.tooLarge, offset: to, detail: "a value is longer than \(maxCopied) bytes")
        }
        output.append(contentsOf: ByteView(start: bytes + from, count: to &- from))
    }

    @inline(__always)
    private mutating func advanceString(
        _ bytes: UnsafePointer<UInt8>, from index: Int, to end: Int
    ) throws(JSONError) -> Int {
        guard let next = try string.advance(bytes, from: index, to: end) else { return end }
        if stringIsName {
            stringIsName = false
            state = .colon
        } else {
            endValue()
        }
        return next
    }

    @inline(__always)
    private mutating func advanceNumber(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) throws(JSONError) -> Int {
        guard var machine = number else { return start }
        var index = start
        while index < end, machine.take(bytes[index]) { index &+= 1 }
        number = machine
        guard index < end else { return end }
        guard machine.isComplete else { throw .malformed(index, "a number is incomplete") }
        if Byte.isDigit(bytes[index]) { throw .malformed(index, "a number has a leading zero") }
        endValue()
        return index
    }

    private mutating func takeLiteral(_ byte: UInt8, at index: inout Int) throws(JSONError) {
        guard UInt64(byte) == literal & 0xFF else { throw .malformed(index, "a word isn't true, false or null") }
        index &+= 1
        literal >>= 8
        if literal == 0 { endValue() }
    }

    @inline(__always)
    private mutating func endValue() { state = containers.depth == 0 ? .done : .next }

    @inline(__always)
    private mutating func takeStructure(_ byte: UInt8, at index: Int) throws(JSONError) {
        switch state {
        case .next: try takeNext(byte, at: index)
        case .colon:
            guard byte == Byte.colon else { throw .malformed(index, "a member lacks the colon after its name") }
            state = .value
        case .name, .firstName: try takeName(byte, at: index)
        case .firstElement where byte == Byte.endArray: close()
        default: try beginValue(byte, at: index)
        }
    }

    @inline(__always)
    private mutating func takeNext(_ byte: UInt8, at index: Int) throws(JSONError) {
        let isObject = containers.topIsObject
        if byte == Byte.comma {
            state = isObject ? .name : .value
        } else if byte == (isObject ? Byte.endObject : Byte.endArray) {
            close()
        } else {
            throw .malformed(index, "a comma or the end of the \(isObject ? "object" : "array") is missing")
        }
    }

    @inline(__always)
    private mutating func takeName(_ byte: UInt8, at index: Int) throws(JSONError) {
        if byte == Byte.quote {
            stringIsName = true
            state = .string
        } else if byte == Byte.endObject, state == .firstName {
            close()
        } else {
            throw .malformed(index, "an object lacks a name in quotes here")
        }
    }

    @inline(__always)
    private mutating func beginValue(_ byte: UInt8, at index: Int) throws(JSONError) {
        switch byte {
        case Byte.quote: state = .string
        case Byte.beginObject: try open(object: true, at: index)
        case Byte.beginArray: try open(object: false, at: index)
        case UInt8(ascii: "t"): beginLiteral(0x65_7572)
        case UInt8(ascii: "f"): beginLiteral(0x6573_6C61)
        case UInt8(ascii: "n"): beginLiteral(0x6C_6C75)
        default:
            number = NumberMachine(byte)
            guard number != nil else { throw Self.noValue(byte, index) }
            state = .number
        }
    }

    private mutating func beginLiteral(_ rest: UInt64) {
        literal = rest
        state = .literal
    }

    private static func noValue(_ byte: UInt8, _ index: Int) -> JSONError {
        .malformed(
            index, byte == 0xEF ? "a byte order mark or other stray byte stands here" : "a value is missing here")
    }

    private mutating func open(object: Bool, at index: Int) throws(JSONError) {
        guard containers.depth < limits.maxDepth else {
            throw JSONError(.tooDeep, offset: index, detail: "values nest deeper than \(limits.maxDepth)")
        }
        containers.push(isObject: object)
        state = object ? .firstName : .firstElement
    }

    private mutating func close() {
        containers.pop()
        endValue()
    }
}

/// The kinds of the arrays and objects that are open, one bit each; 64 at hand, older ones in an array.
private struct ContainerStack {
    private var kinds: UInt64 = 0
    private var older: [UInt64] = []
    private(set) var depth = 0

    @inline(__always) var topIsObject: Bool { kinds & 1 == 1 }

    @inline(__always)
    mutating func push(isObject: Bool) {
        if depth & 63 == 63 { older.append(kinds) }
        kinds = kinds << 1 | (isObject ? 1 : 0)
        depth &+= 1
    }

    @inline(__always)
    mutating func pop() {
        depth &-= 1
        kinds >>= 1
        if depth & 63 == 63, let word = older.popLast() { kinds = word }
    }
}
