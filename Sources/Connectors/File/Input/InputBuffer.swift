import ConnectorAPI
import Domain

/// A window on a file's content: what isn't used yet is kept while more is read, and the window grows when one record
/// doesn't fit.
final class InputBuffer {
    static let usualChunk = 1 << 19

    private let input: FileInput
    private let chunk: Int
    private let block: ByteBlock
    /// What isn't used yet.
    private(set) var start = 0
    private(set) var end = 0
    /// Whether nothing follows `end`.
    private(set) var isAtEnd = false

    init(_ input: FileInput, chunk: Int = usualChunk) {
        self.input = input
        self.chunk = max(1, chunk)
        block = ByteBlock(capacity: self.chunk)
    }

    var bytes: UnsafePointer<UInt8> { UnsafePointer(block.bytes) }
    var count: Int { end - start }

    func advance(to place: Int) { start = place }

    /// Reads more, after what isn't used yet; moves `start`.
    func refill() throws {
        if start > 0 {
            block.bytes.update(from: block.bytes + start, count: count)
            (start, end) = (0, count)
        }
        if end == block.capacity { block.grow(to: end + chunk, keeping: end) }
        let room = UnsafeMutableRawBufferPointer(start: block.bytes + end, count: block.capacity - end)
        let count = try input.read(into: room)
        isAtEnd = count == 0
        end += count
    }
}
