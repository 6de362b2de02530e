import CLibPQ
import Glibc

/// Wakes a connection that waits for its server, from any thread and for good.
public final class Interrupt: Sendable {
    /// Readable once it was fired; -1 when the system had no descriptor left.
    let descriptor: Int32

    public init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { close(descriptor) }

    /// Ends the wait under way and all later ones.
    public func fire() { eventfd_write(descriptor, 1) }
}
