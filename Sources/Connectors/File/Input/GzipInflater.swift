import CZlib
import ConnectorAPI
import Domain
import TenantFiles

/// Inflates gzip data (RFC 1952) of any number of members; zero bytes after the last are padding.
final class GzipInflater {
    /// Deflate reaches 1,032 to 1 at most; only a file made to fill a disk comes near.
    static let largestRatio = 1_000
    /// How much may come out before the ratio is looked at.
    static let freeBytes = 1 << 20
    /// zlib's `windowBits` for gzip alone: 15 and 16.
    private static let gzipOnly: Int32 = 31

    private let path: String
    /// On the heap because zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var inputHasEnded = false
    /// Whether the member before has ended and no byte of the next was seen.
    private var isBetweenMembers = false
    /// What went wrong once all that was inflated before it was given out.
    private var failure: AppError?
    private var consumed = 0
    private var produced = 0

    init(path: String) throws {
        self.path = path
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: 1 << 18, alignment: 16)
        guard inflateInit2_(stream, Self.gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw AppError.source(.fileReadFailed, "there isn't enough memory to inflate \(path)", recovery: .retry)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Fills the front of `output`; 0 only at the end. `refill` gives more of the file, 0 at its end. What was
    /// inflated before a fault is given out before the fault is thrown.
    func read(
        into output: UnsafeMutableRawBufferPointer, refill: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> Int {
        if let failure { throw failure }
        let room = min(output.count, Int(UInt32.max))
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        while stream.pointee.avail_out > 0, try hasInput(refill) {
            if isBetweenMembers, try !beginMember() { continue }
            failure = inflateSome()
            if failure != nil { break }
        }
        let count = room - Int(stream.pointee.avail_out)
        if let failure, count == 0 { throw failure }
        guard count > 0 || isBetweenMembers || room == 0 else {
            throw AppError.source(.fileGzipTruncated, "\(path) ends inside its gzip data", recovery: .waitForSource)
        }
        return count
    }

    private func hasInput(_ refill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Bool {
        if stream.pointee.avail_in > 0 { return true }
        guard !inputHasEnded else { return false }
        let count = try refill(input)
        inputHasEnded = count == 0
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
        return count > 0
    }

    /// Gets ready for another member; false after stepping over a byte of padding.
    private func beginMember() throws -> Bool {
        if stream.pointee.next_in.pointee == 0 {
            stream.pointee.next_in += 1
            stream.pointee.avail_in -= 1
            return false
        }
        guard inflateReset(stream) == Z_OK else { throw corrupt }
        isBetweenMembers = false
        return true
    }

    private func inflateSome() -> AppError? {
        let (inBefore, outBefore) = (stream.pointee.avail_in, stream.pointee.avail_out)
        let result = inflate(stream, Z_NO_FLUSH)
        consumed += Int(inBefore - stream.pointee.avail_in)
        produced += Int(outBefore - stream.pointee.avail_out)
        if produced > Self.freeBytes, produced / Self.largestRatio > consumed {
            return .source(
                .fileInflationLimit, "\(path) inflates to more than \(Self.largestRatio) times its size",
                recovery: .fixConfig)
        }
        switch result {
        case Z_OK, Z_BUF_ERROR: return nil
        case Z_STREAM_END:
            isBetweenMembers = true
            return nil
        default: return corrupt
        }
    }

    private var corrupt: AppError {
        .source(.fileGzipCorrupt, "\(path) isn't gzip or its data is damaged", recovery: .fixConfig)
    }
}
