import Foundation
import Glibc
import Synchronization

/// A port of 127.0.0.1 that forwards connections to another, and does to them what a bad network does.
///
/// It closes its port and every connection when the last one lets go of it. All calls take effect before they return.
public final class TCPProxy: Sendable {
    /// Which way bytes go.
    public enum Direction: Sendable, CaseIterable {
        /// From the client that connected.
        case toServer
        /// From the server behind the proxy.
        case toClient
    }

    /// How a connection ends.
    public enum Cut: Sendable {
        /// As after a crash or by a firewall: the other end gets ECONNRESET.
        case reset
        /// In good order: the other end reads what was forwarded and then its end.
        case end
    }

    /// The port that clients connect to.
    public let port: Int
    private let loop: ProxyLoop

    /// Starts to forward to a port of this machine.
    public init(to target: Int) throws {
        loop = try ProxyLoop(target: target)
        port = loop.port
        let loop = loop
        Thread.detachNewThread { loop.run() }
    }

    deinit { loop.change { $0.close() } }

    /// Cuts every connection now, on both sides.
    public func cut(_ how: Cut = .reset) { loop.change { $0.cutAll(how) } }

    /// Cuts every connection as soon as `bytes` more have gone in `direction`, of all connections together; none
    /// after them arrives.
    ///
    /// - Parameters:
    ///   - bytes: At least 1, counted from this call, and again from each cut.
    ///   - direction: Which way they are counted.
    ///   - how: How they are cut.
    ///   - times: How often that happens; 0 takes a limit back.
    public func cutAfter(bytes: Int, _ direction: Direction, _ how: Cut = .reset, times: Int = 1) {
        loop.change {
            $0.limit = times > 0 ? ProxyLimit(bytes: bytes, direction: direction, cut: how, times: times) : nil
        }
    }

    /// Cuts a connection in the place of forwarding these bytes, such as an answer that must not arrive; it counts as a cut.
    ///
    /// - Parameters:
    ///   - bytes: What is looked for in each piece that comes, however many the network made of a message.
    ///   - direction: Which way it goes.
    ///   - times: How often that happens; 0 takes it back.
    public func cutInsteadOf(_ bytes: [UInt8], _ direction: Direction, times: Int = 1) {
        loop.change {
            $0.forbidden = times > 0 ? ProxyForbidden(bytes: bytes, direction: direction, times: times) : nil
        }
    }

    /// Forwards new connections to another port of this machine; those that are open stay.
    public func retarget(to port: Int) { loop.change { $0.target = port } }

    /// Closes the port, so that new connections are refused, or opens it again. Those that are open stay.
    public func refuse(_ isRefused: Bool) throws { try loop.change { try $0.refuse(isRefused) } }

    /// Forwards nothing any more; connections are accepted and hang, as behind a network that drops everything.
    public func stall() { loop.change { $0.isStalled = true } }

    /// Forwards again, with nothing lost.
    public func resume() { loop.change { $0.isStalled = false } }

    /// Holds back everything that comes in from now on for so long.
    public func delay(_ delay: Duration) { loop.change { $0.delay = delay } }

    /// Forwards no more than so many bytes a second in each direction of each connection; nil as many as it can.
    public func throttle(bytesPerSecond: Int?) { loop.change { $0.bytesPerSecond = bytesPerSecond } }

    /// How many connections it accepted so far.
    public var connections: Int { loop.change { $0.accepted } }

    /// How many connections it forwards now.
    public var openConnections: Int { loop.change { $0.links.count } }

    /// How many bytes it forwarded so far, of all connections.
    public func bytes(_ direction: Direction) -> Int { loop.change { $0.forwarded[direction, default: 0] } }

    /// How often ``cutAfter(bytes:_:_:times:)`` and ``cutInsteadOf(_:_:times:)`` cut.
    public var cuts: Int { loop.change { $0.limitCuts } }
}

/// What to cut instead of forwarding it.
struct ProxyForbidden {
    let bytes: [UInt8]
    let direction: TCPProxy.Direction
    var times: Int
}

/// When to cut by count.
struct ProxyLimit {
    let bytes: Int
    let direction: TCPProxy.Direction
    let cut: TCPProxy.Cut
    var times: Int
    var left: Int

    init(bytes: Int, direction: TCPProxy.Direction, cut: TCPProxy.Cut, times: Int) {
        (self.bytes, self.direction, self.cut, self.times) = (bytes, direction, cut, times)
        left = max(1, bytes)
    }

    /// The limit after this one was reached.
    var next: ProxyLimit? {
        times > 1 ? ProxyLimit(bytes: bytes, direction: direction, cut: cut, times: times - 1) : nil
    }
}
