import FoundationEssentials
import Glibc

/// A folder of a test's own, removed with all it holds when the last one lets go of it.
public final class TemporaryFolder: Sendable {
    /// Without a slash at its end.
    public let path: String

    public init() throws {
        var name = Array("\(FileManager.default.temporaryDirectory.path)/tributary-test-XXXXXX".utf8CString)
        let isMade = name.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        guard isMade else { throw FolderFailure(reason: errno) }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What can't be removed stays there; no test depends on it.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Why no temporary folder could be made.
public struct FolderFailure: Error, CustomStringConvertible {
    let reason: Int32

    public var description: String { "no temporary folder: \(String(cString: strerror(reason)))" }
}
