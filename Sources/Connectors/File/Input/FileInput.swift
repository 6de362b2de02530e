import ConnectorAPI
import Domain
import Glibc
import TenantFiles

/// The content of one file from its start, inflated if it is gzip.
final class FileInput {
    private let file: OpenFile
    private let inflater: GzipInflater?
    private let largestRead: Int

    /// `largestRead` bounds what one system call asks for; tests make it small.
    init(_ file: OpenFile, compression: FileConfig.Compression, largestRead: Int = .max) throws {
        self.file = file
        self.largestRead = max(1, largestRead)
        inflater = try Self.isGzip(file, compression) ? GzipInflater(path: file.path) : nil
    }

    /// Fills the front of `buffer`, which isn't empty, and returns how much; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try Task.checkCancellation()
        guard let inflater else { return try readFile(into: buffer) }
        return try inflater.read(into: buffer) { try readFile(into: $0) }
    }

    private func readFile(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(file.descriptor.raw, buffer.baseAddress, min(buffer.count, largestRead))
            if count >= 0 { return count }
            guard errno == EINTR else { throw SystemFailure.error(errno, path: file.path) }
        }
    }

    private static func isGzip(_ file: OpenFile, _ compression: FileConfig.Compression) throws -> Bool {
        switch compression {
        case .none: return false
        case .gzip: return true
        case .auto:
            if FileFormat.isGzipName(file.path) { return true }
            var start: (UInt8, UInt8) = (0, 0)
            let count = pread(file.descriptor.raw, &start, 2, 0)
            guard count >= 0 else { throw SystemFailure.error(errno, path: file.path) }
            return count == 2 && start == (0x1F, 0x8B)
        }
    }
}
