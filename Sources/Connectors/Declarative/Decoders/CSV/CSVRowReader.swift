/// Cuts text into rows of fields as Python's `csv` reader does with its usual dialect: quotes double inside quotes, a
/// quote within a field that began without one is text, and what follows a closing quote belongs to the field.
///
/// Line ends are `\n`, `\r\n` and `\r`, and each is `\n` within quotes. Empty lines give no row.
struct CSVRowReader {
    private enum State {
        case rowStart, fieldStart, plain, quoted, quoteInQuoted
    }

    private let delimiter: UInt8
    private var state = State.rowStart
    private var lastWasReturn = false
    /// The row's fields one after another, and where each ends.
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []

    init(delimiter: UInt8) { self.delimiter = delimiter }

    /// Reads UTF-8 text from `index` on up to the end of a row, which then is in `bytes` and `ends`; false when the
    /// text ends first. Call `beginRow` before reading on.
    mutating func readRow(_ text: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Bool {
        while index < text.count {
            var byte = text[index]
            index += 1
            if lastWasReturn {
                lastWasReturn = false
                if byte == 0x0A { continue }
            }
            if byte == 0x0D {
                lastWasReturn = true
                byte = 0x0A
            }
            if take(byte) { return true }
        }
        return false
    }

    /// Ends the last row, even within quotes; false if there is none.
    mutating func finish() -> Bool {
        guard state != .rowStart else { return false }
        endField()
        return true
    }

    /// Forgets the row.
    mutating func beginRow() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        state = .rowStart
    }

    /// A field of the row.
    func field(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    private mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .rowStart where byte == 0x0A: return false
        case .rowStart, .fieldStart:
            if byte == UInt8(ascii: "\"") {
                state = .quoted
                return false
            }
            state = .plain
            return takePlain(byte)
        case .plain: return takePlain(byte)
        case .quoted:
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { bytes.append(byte) }
            return false
        case .quoteInQuoted:
            if byte == UInt8(ascii: "\"") {
                bytes.append(byte)
                state = .quoted
                return false
            }
            state = .plain
            return takePlain(byte)
        }
    }

    private mutating func takePlain(_ byte: UInt8) -> Bool {
        if byte == delimiter {
            endField()
            state = .fieldStart
        } else if byte == 0x0A {
            endField()
            return true
        } else {
            bytes.append(byte)
        }
        return false
    }

    private mutating func endField() { ends.append(bytes.count) }
}
