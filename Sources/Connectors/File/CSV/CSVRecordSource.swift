import ConnectorAPI
import Domain

/// The records of one CSV file, one after another; empty lines are left out.
final class CSVRecordSource {
    /// The longest record, line breaks and quotes included: twice the longest body, so that one whose quotes are all
    /// doubled still fits.
    static let longestRecord = 2 * RecordBatch.maxBodyBytes

    private let path: String
    private let dialect: CSVDialect
    private let buffer: InputBuffer
    private var scanner: CSVScanner
    private var next: Int?
    private var isHeld = false
    private var hasBegun = false

    init(_ buffer: InputBuffer, path: String, dialect: CSVDialect, delimiter: UInt8) {
        self.buffer = buffer
        self.path = path
        self.dialect = dialect
        scanner = CSVScanner(delimiter: delimiter)
    }

    var bytes: UnsafePointer<UInt8> { buffer.bytes }
    var fields: UnsafePointer<CSVField> { scanner.fields }
    var fieldCount: Int { scanner.fieldCount }
    var traits: CSVTraits { scanner.traits }
    /// Where the record begins, counted from 1.
    var line: Int { scanner.line }

    /// The record's text as it stands in the file, its line break included.
    var rawRecord: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.bytes + buffer.start, count: (next ?? buffer.end) - buffer.start)
    }

    /// Goes to the next record; false after the last. Throws ``ErrorCode/csvUnterminatedQuote``,
    /// ``ErrorCode/csvRecordTooLarge``, ``ErrorCode/fileEncoding`` and what reading the file throws.
    func advance() throws -> Bool {
        if isHeld {
            isHeld = false
            return true
        }
        if !hasBegun { try begin() }
        repeat {
            leaveRecord()
            guard try findRecord() else { return false }
        } while scanner.isBlankLine
        return true
    }

    /// Makes the next ``advance()`` stay where it is.
    func hold() { isHeld = true }

    private func leaveRecord() {
        guard let next else { return }
        buffer.advance(to: next)
        scanner.step()
        self.next = nil
    }

    private func findRecord() throws -> Bool {
        while true {
            if buffer.count > 0 {
                let (start, end) = (buffer.start, buffer.end)
                switch scanner.scan(buffer.bytes, from: start, to: end, isLast: buffer.isAtEnd) {
                case .record(let next):
                    self.next = next
                    return true
                case .unfinished: break
                case .unterminatedQuote: throw unterminated
                }
            } else if buffer.isAtEnd {
                return false
            }
            guard buffer.count <= Self.longestRecord else { throw tooLarge }
            try buffer.refill()
        }
    }

    /// Drops a byte order mark of UTF-8 and refuses those of UTF-16.
    private func begin() throws {
        hasBegun = true
        while buffer.count < 3, !buffer.isAtEnd { try buffer.refill() }
        guard dialect.encoding == .utf8, buffer.count >= 2 else { return }
        let (first, second) = (bytes[buffer.start], bytes[buffer.start + 1])
        if (first, second) == (0xFF, 0xFE) || (first, second) == (0xFE, 0xFF) {
            throw AppError.source(
                .fileEncoding, "\(path) is UTF-16; convert it to UTF-8", recovery: .fixConfig)
        }
        if (first, second) == (0xEF, 0xBB), buffer.count >= 3, bytes[buffer.start + 2] == 0xBF {
            buffer.advance(to: buffer.start + 3)
        }
    }

    /// The file may still be being written, and a later try costs little: so this waits rather than asks a person.
    private var unterminated: AppError {
        .source(
            .csvUnterminatedQuote, "\(path) ends inside a quoted field that begins in the record on line \(line)",
            recovery: .waitForSource)
    }

    private var tooLarge: AppError {
        .source(
            .csvRecordTooLarge,
            "in \(path) the record on line \(line) is longer than \(Self.longestRecord) bytes; a quote may be missing",
            recovery: .fixConfig)
    }
}
