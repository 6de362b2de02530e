import CZlib
import Domain
import Inflation

/// The files of a zip archive that is whole in memory (APPNOTE 6.3.9; stored and deflated files, no encryption, no
/// zip64, no archives over several disks).
struct ZipArchive {
    /// One file as the central directory tells it.
    struct Entry {
        let isEncrypted: Bool
        let method: UInt16
        let checksum: UInt32
        let packedSize: Int
        let size: Int
        let offset: Int
    }

    /// The most files that are read.
    static let mostEntries = 10_000
    private static let endSize = 22
    private static let longestComment = 65_535
    private static let entrySize = 46
    private static let headerSize = 30

    let entries: [Entry]
    private let bytes: [UInt8]

    /// Reads the directory.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard let end = Self.end(of: bytes) else { throw Self.damaged }
        let count = Self.short(bytes, end + 10)
        guard count <= Self.mostEntries else { throw Self.damaged }
        var entries: [Entry] = []
        var place = Self.long(bytes, end + 16)
        for _ in 0..<count {
            guard place + Self.entrySize <= bytes.count, Self.long(bytes, place) == 0x0201_4B50 else {
                throw Self.damaged
            }
            entries.append(
                Entry(
                    isEncrypted: Self.short(bytes, place + 8) & 1 != 0, method: UInt16(Self.short(bytes, place + 10)),
                    checksum: UInt32(Self.long(bytes, place + 16)), packedSize: Self.long(bytes, place + 20),
                    size: Self.long(bytes, place + 24), offset: Self.long(bytes, place + 42)))
            let variable = [28, 30, 32].map { Self.short(bytes, place + $0) }
            place += Self.entrySize + variable.reduce(0, +)
        }
        self.entries = entries
    }

    /// Hands on the content of a file in pieces and checks its size and checksum at the end.
    func read(_ entry: Entry, _ take: (ArraySlice<UInt8>) throws -> Void) throws {
        guard !entry.isEncrypted, entry.offset + Self.headerSize <= bytes.count,
            Self.long(bytes, entry.offset) == 0x0403_4B50
        else { throw Self.damaged }
        let start =
            entry.offset + Self.headerSize + Self.short(bytes, entry.offset + 26)
            + Self.short(bytes, entry.offset + 28)
        guard start + entry.packedSize <= bytes.count else { throw Self.damaged }
        let packed = bytes[start..<start + entry.packedSize]
        var checksum: UInt = 0
        var size = 0
        func check(_ piece: ArraySlice<UInt8>) throws {
            checksum = piece.withUnsafeBufferPointer { crc32(checksum, $0.baseAddress, UInt32($0.count)) }
            size += piece.count
            guard size <= entry.size else { throw Self.damaged }
            try take(piece)
        }
        switch entry.method {
        case 0: try check(packed)
        case 8:
            let inflation = try BodyInflation(.bare)
            try inflation.feed(packed, check)
            try inflation.finish()
        default: throw Self.damaged
        }
        guard size == entry.size, UInt32(truncatingIfNeeded: checksum) == entry.checksum else { throw Self.damaged }
    }

    /// Where the end of the directory is written, looked for from the archive's end.
    private static func end(of bytes: [UInt8]) -> Int? {
        var place = bytes.count - endSize
        let lowest = max(0, place - longestComment)
        while place >= lowest {
            if long(bytes, place) == 0x0605_4B50, place + endSize + short(bytes, place + 20) <= bytes.count {
                return place
            }
            place -= 1
        }
        return nil
    }

    private static func short(_ bytes: [UInt8], _ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }

    private static func long(_ bytes: [UInt8], _ place: Int) -> Int {
        short(bytes, place) | short(bytes, place + 2) << 16
    }

    private static var damaged: AppError {
        AppError(.bodyDamaged, "The answer isn't a zip archive that can be read.", recovery: .retry)
    }
}
