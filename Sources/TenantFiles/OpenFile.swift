import ConnectorAPI
import Domain
import Glibc

/// A regular file of the tenant's folder, open to be read.
public final class OpenFile {
    /// As the source's config has it.
    public let path: String
    /// Open for reading.
    public let descriptor: Descriptor
    /// What it was when it was opened.
    public let fingerprint: Fingerprint

    init(path: String, descriptor: consuming Descriptor, fingerprint: Fingerprint) {
        self.path = path
        self.descriptor = descriptor
        self.fingerprint = fingerprint
    }

    /// The file as it is now, whatever its path names by now.
    public func currentFingerprint() throws -> Fingerprint { Fingerprint(try descriptor.status()) }
}

/// Where a regular file of the tenant's folder is: its own folder, held fast, and its name there.
///
/// The file isn't open for reading: closing a descriptor would drop every lock that this process has on the file
/// (fcntl(2), "Advisory record locking"), those of a library among them.
public final class FilePlace {
    /// As the source's config has it.
    public let path: String
    /// What it was when it was found.
    public let fingerprint: Fingerprint
    private let folder: Descriptor
    private let name: String
    private let file: Descriptor

    init(path: String, folder: consuming Descriptor, name: String, file: consuming Descriptor, fingerprint: Fingerprint)
    {
        self.path = path
        self.folder = folder
        self.name = name
        self.file = file
        self.fingerprint = fingerprint
    }

    /// A name for the file that can't lead elsewhere than into its folder, whatever is moved or replaced meanwhile, as
    /// long as this place is held; links to be followed by the kernel but for the last part, which must not be one.
    public var steadyPath: String { "/proc/self/fd/\(folder.raw)/\(name)" }

    /// The regular file that is in the file's folder now under its name with `suffix` after it; nil for nothing. Throws
    /// ``Domain/ErrorCode/fileNotRegular`` for anything else, a link included.
    public func currentFingerprint(of suffix: String) throws -> Fingerprint? {
        var status = stat()
        guard fstatat(folder.raw, name + suffix, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw SystemFailure.error(errno, path: path) }
            return nil
        }
        guard status.isRegularFile else {
            throw AppError.source(.fileNotRegular, "\(path)\(suffix) is not a regular file", recovery: .fixConfig)
        }
        return Fingerprint(status)
    }

    /// The file as it is now, whatever its name means by now.
    public func currentFingerprint() throws -> Fingerprint { Fingerprint(try file.status()) }
}
