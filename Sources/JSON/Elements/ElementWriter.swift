/// Runs `TextMachine` over one element at a time and sees to it that a batch only ever holds whole elements: what
/// was read of an element that a piece of input cuts is carried over to the next piece.
struct ElementWriter {
    private var machine: TextMachine
    private let maxBytes: Int?
    private var carry: [UInt8] = []
    private var carries = false

    init(limits: JSONLimits) {
        machine = TextMachine(limits: limits)
        maxBytes = limits.maxBytes
    }

    /// Gets ready for the next element.
    mutating func begin() {
        machine.begin(copies: true, maxCopied: maxBytes)
        carry.removeAll(keepingCapacity: carry.capacity <= 1 << 20)
        carries = false
    }

    /// Whether a byte of the element has been seen.
    var hasBegun: Bool { machine.hasBegun }

    /// Reads on; returns the place after the element, or nil if it goes on. The element isn't in the batch until `end`.
    @inline(__always)
    mutating func advance(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, into batch: inout JSONElementBatch
    ) throws(JSONError) -> Int? {
        if carries { return try machine.advance(bytes, from: start, to: end, into: &carry) }
        do {
            if let next = try machine.advance(bytes, from: start, to: end, into: &batch.bytes) { return next }
        } catch {
            batch.dropUnfinished()
            throw error
        }
        hold(&batch)
        return nil
    }

    /// Takes back what isn't ended yet, as this piece of input is at its end.
    mutating func hold(_ batch: inout JSONElementBatch) {
        if carries { return }
        carry.append(contentsOf: batch.bytes[(batch.ends.last ?? 0)...])
        batch.dropUnfinished()
        carries = true
    }

    /// Says that no byte follows; throws `truncated` unless the element may end here.
    mutating func finish(at offset: Int) throws(JSONError) { try machine.finish(at: offset) }

    /// Puts the element that was read into the batch.
    @inline(__always)
    func end(_ batch: inout JSONElementBatch) {
        if carries { batch.bytes.append(contentsOf: carry) }
        batch.endElement()
    }
}
