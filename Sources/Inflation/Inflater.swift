import CZlib

/// Inflates deflated data that comes in pieces, within bounds: a small input can't become a huge output.
///
/// Not for several tasks at once.
public final class Inflater {
    /// What stands around the deflated data.
    public enum Format: Sendable, Hashable {
        /// RFC 1952: any number of members; zero bytes after the last are padding.
        case gzip
        /// What HTTP calls `deflate`: RFC 1950, or bare as RFC 1951 has it, which some servers send.
        case deflate
        /// RFC 1951: bare, as in a ZIP file.
        case bare
    }

    /// What may come out.
    public struct Limits: Sendable, Hashable {
        /// Bytes in all; nil = any number.
        public var bytes: Int?
        /// How many times the input's size may come out, once it is more than ``freeBytes``.
        public var ratio = 100
        /// How much may come out before the ratio is looked at.
        public var freeBytes = 1 << 20

        /// Makes limits.
        public init(bytes: Int? = nil, ratio: Int = 100) {
            self.bytes = bytes
            self.ratio = ratio
        }
    }

    private let format: Format
    private let limits: Limits
    /// On the heap because zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the data, or one member of it, has ended.
    private var isBetweenMembers = false
    private var hasBegun = false
    private var consumed = 0
    private var produced = 0

    /// Makes an inflater; nil without memory for it.
    public init?(_ format: Format, limits: Limits = Limits()) {
        self.format = format
        self.limits = limits
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let window: Int32 =
            switch format {
            case .gzip: 31
            case .deflate: 15
            case .bare: -15
            }
        guard inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether the data has come to its end; for gzip, to that of a member.
    public var isAtEnd: Bool { isBetweenMembers }

    /// Takes the next piece and adds what comes out of it to `output`. Bytes after the end are left alone.
    public func feed(_ piece: [UInt8], into output: inout [UInt8]) throws(InflationError) {
        try feed(piece[...], into: &output)
    }

    /// Takes the next piece; see the other `feed`.
    public func feed(_ piece: ArraySlice<UInt8>, into output: inout [UInt8]) throws(InflationError) {
        let result = piece.withUnsafeBytes { bytes in
            Result { () throws(InflationError) in try feed(bytes, into: &output) }
        }
        try result.get()
    }

    private func feed(_ piece: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(InflationError) {
        guard let start = piece.baseAddress, !piece.isEmpty else { return }
        if !hasBegun { begin(piece) }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(clamping: piece.count)
        repeat {
            if isBetweenMembers {
                guard stream.pointee.avail_in > 0, format == .gzip else { break }
                if try !beginMember() { continue }
            }
            try inflateSome(into: &output)
        } while stream.pointee.avail_in > 0 || isFull
        stream.pointee.next_in = nil
    }

    /// Ends the input; throws `truncated` inside data.
    public func finish() throws(InflationError) {
        guard isBetweenMembers || !hasBegun else { throw .truncated }
    }

    /// The last call filled its room, so that more may come.
    private var isFull = false

    /// Falls back to bare data where what is called deflate lacks the two bytes of RFC 1950, 2.2.
    private func begin(_ piece: UnsafeRawBufferPointer) {
        hasBegun = true
        guard format == .deflate, let first = piece.first else { return }
        let second = piece.count > 1 ? piece[1] : 0
        let isZlib = first & 0x0F == 8 && (piece.count < 2 || (Int(first) << 8 | Int(second)) % 31 == 0)
        if !isZlib { inflateReset2(stream, -15) }
    }

    /// Gets ready for another member; false after stepping over a byte of padding.
    private func beginMember() throws(InflationError) -> Bool {
        if stream.pointee.next_in.pointee == 0 {
            stream.pointee.next_in += 1
            stream.pointee.avail_in -= 1
            return false
        }
        guard inflateReset(stream) == Z_OK else { throw .damaged }
        isBetweenMembers = false
        return true
    }

    private func inflateSome(into output: inout [UInt8]) throws(InflationError) {
        let room = 1 << 16
        let before = stream.pointee.avail_in
        var result = Z_OK
        var count = 0
        output.reserveCapacity(output.count + room)
        let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(room)
            result = inflate(stream, Z_NO_FLUSH)
            count = room - Int(stream.pointee.avail_out)
            initialized = count
        }
        output.append(contentsOf: piece)
        consumed += Int(before - stream.pointee.avail_in)
        produced += count
        isFull = count == room && result == Z_OK
        if let bytes = limits.bytes, produced > bytes { throw .tooLarge(bytes) }
        if produced > limits.freeBytes, produced / limits.ratio > consumed { throw .ratio(limits.ratio) }
        switch result {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        default: throw .damaged
        }
    }
}

/// Why data can't be inflated.
public enum InflationError: Error, Sendable, Hashable {
    /// It isn't of the format, or is damaged.
    case damaged
    /// It ends too early.
    case truncated
    /// More than so many bytes come out.
    case tooLarge(Int)
    /// More than so many times its size comes out.
    case ratio(Int)
}
