import ConnectorAPI
public import Domain
public import Glibc

/// An open file descriptor; closed when it goes out of use.
public struct Descriptor: ~Copyable {
    /// The number that the system knows it by.
    public let raw: Int32

    /// Takes over a descriptor that a call returned; nil if the call failed.
    public init?(_ raw: Int32) {
        guard raw >= 0 else { return nil }
        self.raw = raw
    }

    deinit { _ = close(raw) }

    /// What it is open on.
    public func status() throws -> stat {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw SystemFailure.error(errno, path: "") }
        return status
    }

    /// The path of what it is open on, free of links, as the kernel knows it now.
    public func currentPath() throws -> [UInt8] {
        let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> [UInt8]? in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink("/proc/self/fd/\(raw)", start, buffer.count)
            guard count > 0, count < buffer.count else { return nil }
            return buffer.prefix(count).map { UInt8(bitPattern: $0) }
        }
        guard let path else { throw SystemFailure.error(errno, path: "") }
        return path
    }
}

/// Linux's `O_PATH`, which the C library shows only to programs that define `_GNU_SOURCE` (open(2)): a descriptor that
/// names a file without opening it, so that even a pipe or device can be looked at safely.
let openPathOnly: Int32 = 0o10_000_000

/// The same file in the same state, as far as the file system tells.
public struct Fingerprint: Sendable, Hashable {
    public var device: UInt64
    public var inode: UInt64
    /// In bytes.
    public var size: Int64
    public var modifiedSeconds: Int64
    public var modifiedNanoseconds: Int64

    /// Takes what tells files and their states apart.
    public init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedSeconds = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
    }

    /// Whether both are of one file, in whatever state.
    public func isSameFile(as other: Fingerprint) -> Bool { device == other.device && inode == other.inode }
}

extension stat {
    /// Whether it is neither folder nor link, pipe, socket or device.
    public var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    /// Whether it is a folder.
    public var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}

/// Turns the operating system's error numbers into errors for people.
public enum SystemFailure {
    /// The error for an `errno`; `path` is as the source's config has it.
    public static func error(_ number: Int32, path: String) -> AppError {
        switch number {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG:
            .source(.fileNotFound, "no file is at \(path)", recovery: .fixConfig)
        case EACCES, EPERM:
            .source(.filePermission, "the server has no permission to read \(path)", recovery: .fixConfig)
        case EMFILE, ENFILE, ENOMEM, EAGAIN:
            .source(.fileReadFailed, "the server lacks the means to open \(path) now", recovery: .retry)
        default:
            .source(
                .fileReadFailed, "\(path) can't be read: system error \(number)", recovery: .waitForSource)
        }
    }
}
