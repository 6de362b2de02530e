import Glibc

/// An open file of the operating system's, closed when it goes out of scope.
package struct PrivateFile: ~Copyable {
    /// What went wrong with the file, as `errno` says it.
    package struct Failure: Error, Hashable, Sendable {
        /// The value of `errno`.
        package let code: Int32

        static var last: Failure { Failure(code: errno) }
    }

    private let descriptor: CInt

    deinit { close(descriptor) }

    /// Opens an existing file for reading. A symbolic link at the path's end is refused where `followsLinks` is false.
    package init(reading path: String, followsLinks: Bool = false) throws(Failure) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        if descriptor < 0 { throw .last }
    }

    /// Makes a file that only its owner may read; fails if there is one.
    init(creating path: String) throws(Failure) {
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw .last }
    }

    private init(folder path: String) throws(Failure) {
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw .last }
    }

    /// Makes the names in a folder durable.
    static func sync(folder path: String) throws(Failure) { try PrivateFile(folder: path).sync() }

    /// Whether it is a regular file of this process's user that nobody else has any right to (Invariant 6).
    func isPrivate() throws(Failure) -> Bool {
        let status = try status()
        return status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o077 == 0 && status.st_uid == geteuid()
    }

    /// The whole content; nil when it is longer than `limit` or no regular file.
    package func content(limit: Int) throws(Failure) -> [UInt8]? {
        guard try status().st_mode & S_IFMT == S_IFREG else { return nil }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while content.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .last }
            if count == 0 { return content }
            content.append(contentsOf: buffer[..<count])
        }
        return nil
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw .last }
            written += count
        }
    }

    func sync() throws(Failure) {
        if fsync(descriptor) != 0 { throw .last }
    }

    private func status() throws(Failure) -> stat {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw .last }
        return status
    }
}
