import Glibc

/// A file, or standard input, in pieces: for what may be longer than memory.
final class InputBlocks {
    /// nil for standard input.
    private let descriptor: Int32?

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws {
        guard path != "-" else {
            descriptor = nil
            return
        }
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw UsageError("The file \(path) can't be read.") }
        descriptor = opened
    }

    deinit { descriptor.map { _ = close($0) } }

    /// The next piece; empty at the end.
    func next() throws -> [UInt8] {
        guard let descriptor else { return try Surroundings.current.inputPiece() }
        return try Surroundings.readPiece(descriptor)
    }
}
