import ConnectorAPI
import Domain
import JSON

/// The records of one JSON or JSONL file on their way into batches.
final class JSONRows {
    private let path: String
    private let input: FileInput
    private let chunk: UnsafeMutableRawBufferPointer
    private var scanner: JSONElementScanner
    private var found = JSONElementBatch()
    /// How many of the elements and rejects in `found` are used.
    private var elementsUsed = 0
    private var rejectsUsed = 0
    private var hasBegun = false
    private var isAtEnd = false
    /// What stopped the scanner; thrown once all that it found before is used.
    private var failure: AppError?

    init(_ input: FileInput, path: String, format: FileFormat, elements: JSONElementPath?, chunk size: Int) {
        self.path = path
        self.input = input
        chunk = .allocate(byteCount: max(3, size), alignment: 16)
        scanner = JSONElementScanner(format == .jsonl ? .lines : elements.map { .path($0) } ?? .automatic)
    }

    deinit { chunk.deallocate() }

    /// Adds records until the batch is full (true) or the file ends (false). Throws ``ErrorCode/fileJSONTruncated``,
    /// ``ErrorCode/fileJSONMalformed``, ``ErrorCode/fileJSONNoRecords`` and what reading the file throws.
    func fill(_ builder: inout RecordBuilder) throws -> Bool {
        while !builder.isFull {
            if elementsUsed < found.count {
                addElement(to: &builder)
            } else if rejectsUsed < found.rejects.count {
                addReject(to: &builder)
            } else if let failure {
                throw failure
            } else if isAtEnd {
                return false
            } else {
                try readOn()
            }
        }
        return true
    }

    private func addElement(to builder: inout RecordBuilder) {
        let range = found.range(of: elementsUsed)
        elementsUsed += 1
        found.bytes.withUnsafeBytes { builder.append(object: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private func addReject(to builder: inout RecordBuilder) {
        let reject = found.rejects[rejectsUsed]
        rejectsUsed += 1
        let code: ErrorCode = reject.error.code == .tooLarge ? .recordTooLarge : .jsonInvalidLine
        reject.excerpt.withUnsafeBytes { builder.reject(code, excerpt: $0, line: reject.line) }
    }

    private func readOn() throws {
        found.removeAll()
        (elementsUsed, rejectsUsed) = (0, 0)
        var count = try input.read(into: chunk)
        var start = 0
        if !hasBegun {
            hasBegun = true
            while count > 0, count < 3 {
                let more = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: chunk[count...]))
                if more == 0 { break }
                count += more
            }
            if count >= 3, chunk.prefix(3).elementsEqual([0xEF, 0xBB, 0xBF]) { start = 3 }
        }
        do {
            if count == 0 {
                isAtEnd = true
                try scanner.finish(into: &found)
            } else {
                try scanner.feed(UnsafeRawBufferPointer(rebasing: chunk[start..<count]), into: &found)
            }
        } catch {
            failure = appError(error)
        }
    }

    private func appError(_ error: JSONElementError) -> AppError {
        let message = "\(path): \(error.description)"
        switch error {
        // The file may still be being written, so this waits rather than asks a person.
        case .text(let cause) where cause.code == .truncated:
            return .source(.fileJSONTruncated, message, recovery: .waitForSource)
        case .text: return .source(.fileJSONMalformed, message, recovery: .fixConfig)
        default: return .source(.fileJSONNoRecords, message, recovery: .fixConfig)
        }
    }
}
