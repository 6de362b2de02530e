import ConnectorAPI
import Domain
import Glibc

/// An open file descriptor; closed when it goes out of use.
struct Descriptor: ~Copyable {
    let raw: Int32

    /// Takes over a descriptor that a call returned; nil if the call failed.
    init?(_ raw: Int32) {
        guard raw >= 0 else { return nil }
        self.raw = raw
    }

    deinit { _ = close(raw) }

    /// What it is open on.
    func status() throws -> stat {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw SystemFailure.error(errno, path: "") }
        return status
    }

    /// The path of what it is open on, free of links, as the kernel knows it now.
    func currentPath() throws -> [UInt8] {
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
struct Fingerprint: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var modifiedSeconds: Int64
    var modifiedNanoseconds: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedSeconds = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}

extension stat {
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}

/// Turns the operating system's error numbers into errors for people.
enum SystemFailure {
    static func error(_ number: Int32, path: String) -> AppError {
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
