import ConnectorAPI
import Domain
import Glibc

/// The only folder that a tenant's sources read from. Invariant 5: every file is judged on an open descriptor, by
/// where it is after all links, so no race between a check and its use can lead out.
final class TenantFolder {
    private let descriptor: Descriptor
    /// Where the folder is, without a slash at its end.
    private let place: [UInt8]

    /// Finds `<root>/<tenant>`; throws ``ErrorCode/fileRootMissing``.
    init(root: String?, tenant: TenantID) throws {
        // A tenant's id may be all dots, which names another folder than its own.
        guard let root, !root.isEmpty, !tenant.rawValue.isEmpty, tenant.rawValue != ".", tenant.rawValue != ".." else {
            throw Self.missing
        }
        guard let base = Descriptor(Glibc.open(root, openPathOnly | O_DIRECTORY | O_CLOEXEC)),
            let own = Descriptor(
                openat(base.raw, tenant.rawValue, openPathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        else { throw Self.missing }
        place = try own.currentPath()
        descriptor = own
    }

    private static let missing = AppError.source(
        .fileRootMissing, ErrorCode.fileRootMissing.summary, recovery: .fixConfig)

    /// Opens a regular file to be read.
    func open(_ path: String) throws -> OpenFile {
        let found = try locate(path)
        let status = try found.status()
        guard status.isRegularFile else {
            let kind = status.isFolder ? "a folder; to read the files in it add /*" : "not a regular file"
            throw AppError.source(.fileNotRegular, "\(path) is \(kind)", recovery: .fixConfig)
        }
        let file = try reopen(found, O_NONBLOCK | O_NOCTTY, path: path)
        return OpenFile(path: path, descriptor: file, fingerprint: Fingerprint(status))
    }

    /// What is at a path, links followed.
    func status(_ path: String) throws -> stat { try locate(path).status() }

    /// The entries of a folder but `.` and `..`, in no order.
    func entries(of path: String, _ visit: (FolderEntry) throws -> Void) throws {
        let folder = try reopen(try locate(path.isEmpty ? "." : path), O_DIRECTORY, path: path)
        // The stream closes its descriptor itself, so it gets one of its own.
        let number = dup(folder.raw)
        guard number >= 0, let stream = fdopendir(number) else {
            let failure = errno
            if number >= 0 { close(number) }
            throw SystemFailure.error(failure, path: path)
        }
        defer { closedir(stream) }
        while let entry = try FolderEntry.next(in: stream, path: path) {
            if entry.name != ".", entry.name != ".." { try visit(entry) }
        }
    }

    private func locate(_ path: String) throws -> Descriptor {
        guard let found = Descriptor(openat(descriptor.raw, path, openPathOnly | O_CLOEXEC)) else {
            throw SystemFailure.error(errno, path: path)
        }
        let real = try found.currentPath()
        guard real == place || real.starts(with: place + [UInt8(ascii: "/")]) else {
            throw AppError.source(
                .filePathOutsideRoot, "\(path) is a link that leads out of the tenant's folder", recovery: .fixConfig)
        }
        return found
    }

    /// Opens for reading what is open by its path only: the same file, whatever its path names by now.
    private func reopen(_ found: borrowing Descriptor, _ flags: Int32, path: String) throws -> Descriptor {
        guard let file = Descriptor(Glibc.open("/proc/self/fd/\(found.raw)", O_RDONLY | O_CLOEXEC | flags)) else {
            throw SystemFailure.error(errno, path: path)
        }
        return file
    }
}

/// One name in a folder.
struct FolderEntry {
    enum Kind { case file, folder, link, other, unknown }

    let name: String
    let kind: Kind
    /// Whether the name's bytes are UTF-8; if not, `name` isn't the true one.
    let isText: Bool

    /// The next entry of an open folder; nil after the last.
    static func next(in stream: OpaquePointer, path: String) throws -> FolderEntry? {
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw SystemFailure.error(errno, path: path) }
            return nil
        }
        // An entry may be shorter than its struct, so the name is read in place rather than copied as a field.
        guard let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) else { return nil }
        let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        return FolderEntry(
            name: String(cString: name), kind: kind(entry.pointee.d_type),
            isText: String(validatingCString: name) != nil)
    }

    private static func kind(_ type: UInt8) -> Kind {
        switch Int(type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): .unknown
        default: .other
        }
    }
}

/// A regular file of the tenant's folder, open to be read.
final class OpenFile {
    let path: String
    let descriptor: Descriptor
    /// What it was when it was opened.
    let fingerprint: Fingerprint

    init(path: String, descriptor: consuming Descriptor, fingerprint: Fingerprint) {
        self.path = path
        self.descriptor = descriptor
        self.fingerprint = fingerprint
    }

    /// The file as it is now, whatever its path names by now.
    func currentFingerprint() throws -> Fingerprint { Fingerprint(try descriptor.status()) }
}
