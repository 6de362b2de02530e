import Glibc

/// Certificates that a config brought, as a file without a name: libpq reads them by path.
final class TrustedAuthorities {
    /// nil = none of its own.
    let path: String?
    private let descriptor: Int32

    /// nil when the file can't be made.
    init?(_ parameters: ConnectionParameters) {
        guard let text = parameters.authorities, parameters.tls.verifies else {
            (path, descriptor) = (nil, -1)
            return
        }
        var template = Array("/tmp/tributary-authorities-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(template)
        descriptor = file
        path = "/proc/self/fd/\(file)"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return nil }
            rest = rest.dropFirst(count)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
