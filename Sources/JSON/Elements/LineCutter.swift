/// Cuts JSONL into its values. A line that isn't one valid value becomes a reject and the next line goes on; only
/// an input that ends inside its last line's value is an error, since more of it must have existed.
struct LineCutter {
    private enum State {
        case value, afterValue, skipping
    }

    private var writer: ElementWriter
    private var state = State.value
    private var line = 1
    /// The offset in the whole input of the piece being read.
    private var base = 0
    /// The line's first bytes, where it began in an earlier piece.
    private var head: [UInt8] = []

    init(limits: JSONElementLimits) {
        writer = ElementWriter(limits: limits.value)
        writer.begin()
    }

    mutating func feed(_ bytes: UnsafePointer<UInt8>, count: Int, into batch: inout JSONElementBatch) {
        var start = 0
        while start < count {
            let end = ByteScan.first(Byte.newline, in: bytes, from: start, to: count)
            take(bytes, start, end, into: &batch)
            if end < count {
                endLine(bytes, start, end, into: &batch)
            } else {
                keepHead(bytes, start, end)
                if state == .afterValue { writer.hold(&batch) }
            }
            start = end + 1
        }
        base += count
    }

    mutating func finish(into batch: inout JSONElementBatch) throws(JSONElementError) {
        do {
            try endValue(at: base, into: &batch)
        } catch {
            throw .text(error)
        }
    }

    /// Reads a piece of a line that holds no line feed.
    private mutating func take(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, into batch: inout JSONElementBatch
    ) {
        var index = start
        do throws(JSONError) {
            if state == .value {
                guard let next = try writer.advance(bytes, from: start, to: end, into: &batch) else { return }
                state = .afterValue
                index = next
            }
            guard state == .afterValue else { return }
            while index < end, Byte.isWhitespace(bytes[index]) { index += 1 }
            guard index == end else {
                throw JSONError(.trailing, offset: index, detail: "something follows the value in its line")
            }
        } catch {
            reject(error, bytes, start, end, into: &batch)
        }
    }

    private mutating func endLine(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, into batch: inout JSONElementBatch
    ) {
        do {
            try endValue(at: end, into: &batch)
        } catch {
            reject(error, bytes, start, end, into: &batch)
        }
        line += 1
        state = .value
        head.removeAll(keepingCapacity: true)
        writer.begin()
    }

    /// Puts the line's value into the batch if there is one; throws `truncated` if it isn't whole.
    private mutating func endValue(at offset: Int, into batch: inout JSONElementBatch) throws(JSONError) {
        if state == .value {
            guard writer.hasBegun else { return }
            try writer.finish(at: offset)
            state = .afterValue
        }
        if state == .afterValue { writer.end(&batch) }
        state = .skipping
    }

    private mutating func reject(
        _ error: JSONError, _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
        into batch: inout JSONElementBatch
    ) {
        batch.dropUnfinished()
        keepHead(bytes, start, end)
        batch.rejects.append(JSONLineReject(line: line, error: error.moved(by: base), excerpt: head))
        state = .skipping
    }

    private mutating func keepHead(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        let count = min(end - start, JSONLineReject.longestExcerpt - head.count)
        head.append(contentsOf: ByteView(start: bytes + start, count: count))
    }
}
