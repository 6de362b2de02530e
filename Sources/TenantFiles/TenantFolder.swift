import ConnectorAPI
public import Domain
public import Glibc

/// The only folder that a tenant's sources read from. Invariant 5: every file is judged on an open descriptor, by
/// where it is after all links, so no race between a check and its use can lead out.
public final class TenantFolder {
    private let descriptor: Descriptor
    /// Where the folder is, without a slash at its end.
    private let place: [UInt8]

    /// Finds `<root>/<tenant>`; throws ``ErrorCode/fileRootMissing``.
    public init(root: String?, tenant: TenantID) throws {
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

    /// Opens a regular file to be read. Throws ``Domain/ErrorCode/fileNotFound``,
    /// ``Domain/ErrorCode/filePathOutsideRoot``, ``Domain/ErrorCode/filePermission``,
    /// ``Domain/ErrorCode/fileNotRegular`` with `folderHint` for a folder, and ``Domain/ErrorCode/fileReadFailed``.
    public func open(_ path: String, folderHint: String = "") throws -> OpenFile {
        let found = try locate(path)
        let status = try found.status()
        try Self.requireRegular(status, path: path, folderHint: folderHint)
        let file = try reopen(found, O_NONBLOCK | O_NOCTTY, path: path)
        return OpenFile(path: path, descriptor: file, fingerprint: Fingerprint(status))
    }

    /// Finds a regular file without opening it, for a library that opens files by name itself. Throws what
    /// ``open(_:folderHint:)`` throws, but doesn't learn whether the file may be read.
    public func place(_ path: String) throws -> FilePlace {
        let found = try locate(path)
        let status = try found.status()
        try Self.requireRegular(status, path: path, folderHint: "")
        let real = try found.currentPath()
        guard let slash = real.lastIndex(of: UInt8(ascii: "/")), slash > 0 else {
            throw SystemFailure.error(ENOENT, path: path)
        }
        let folder = String(decoding: real[..<slash], as: UTF8.self)
        guard let parent = Descriptor(Glibc.open(folder, openPathOnly | O_DIRECTORY | O_CLOEXEC)) else {
            throw SystemFailure.error(errno, path: path)
        }
        // The folder may have been moved or replaced since: what is open now is judged, and must hold that very file.
        try requireInside(try parent.currentPath(), path: path)
        let place = FilePlace(
            path: path, folder: parent, name: String(decoding: real[(slash + 1)...], as: UTF8.self), file: found,
            fingerprint: Fingerprint(status))
        guard try place.currentFingerprint(of: "")?.isSameFile(as: place.fingerprint) == true else {
            throw AppError.source(
                .fileReadFailed, "\(path) was moved or replaced while it was opened", recovery: .retry)
        }
        return place
    }

    private static func requireRegular(_ status: stat, path: String, folderHint: String) throws {
        guard !status.isRegularFile else { return }
        let kind = status.isFolder ? "a folder" + folderHint : "not a regular file"
        throw AppError.source(.fileNotRegular, "\(path) is \(kind)", recovery: .fixConfig)
    }

    /// What is at a path, links followed.
    public func status(_ path: String) throws -> stat { try locate(path).status() }

    /// Hands over the entries of a folder but `.` and `..`, in no order.
    public func entries(of path: String, _ visit: (FolderEntry) throws -> Void) throws {
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
        try requireInside(try found.currentPath(), path: path)
        return found
    }

    private func requireInside(_ real: [UInt8], path: String) throws {
        guard real == place || real.starts(with: place + [UInt8(ascii: "/")]) else {
            throw AppError.source(
                .filePathOutsideRoot, "\(path) is a link that leads out of the tenant's folder", recovery: .fixConfig)
        }
    }

    /// Opens for reading what is open by its path only: the same file, whatever its path names by now.
    private func reopen(_ found: borrowing Descriptor, _ flags: Int32, path: String) throws -> Descriptor {
        guard let file = Descriptor(Glibc.open("/proc/self/fd/\(found.raw)", O_RDONLY | O_CLOEXEC | flags)) else {
            throw SystemFailure.error(errno, path: path)
        }
        return file
    }
}
