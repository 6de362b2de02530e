import FaultKit
import Foundation
import TestSupport
import Testing

/// The network that a test breaks.
@Suite(.ownThreads) struct TCPProxyTests {
    private let echo: Echo
    private let proxy: TCPProxy

    init() throws {
        echo = try Echo()
        proxy = try TCPProxy(to: echo.port)
    }

    @Test("forwards both ways, counts, and passes the end on")
    func forwards() throws {
        let plug = try Plug(proxy.port)
        plug.write(100_000)
        #expect(plug.read(upTo: 100_000).bytes == 100_000)
        plug.finish()
        #expect(plug.read() == .end)
        #expect(proxy.connections == 1)
        #expect(proxy.bytes(.toServer) == 100_000)
        #expect(proxy.bytes(.toClient) == 100_000)
    }

    @Test("cuts all connections with a reset or an end")
    func cuts() throws {
        for how in [TCPProxy.Cut.reset, .end] {
            let plugs = try (0..<20).map { _ in try Plug(proxy.port) }
            for plug in plugs {
                plug.write(10)
                #expect(plug.read(upTo: 10).bytes == 10)
            }
            proxy.cut(how)
            #expect(proxy.openConnections == 0)
            for plug in plugs { #expect(plug.read() == (how == .end ? .end : .reset)) }
        }
    }

    @Test("cuts at an exact count of bytes towards the client", arguments: [1, 2, 4_095, 65_536, 65_537, 199_999])
    func exactCut(count: Int) throws {
        for how in [TCPProxy.Cut.reset, .end] {
            let before = proxy.bytes(.toClient)
            let plug = try Plug(proxy.port)
            proxy.cutAfter(bytes: count, .toClient, how)
            plug.write(200_000)
            let (bytes, then) = plug.read(upTo: 200_000)
            #expect(bytes == count)
            #expect(then == (how == .end ? .end : .reset))
            #expect(proxy.bytes(.toClient) - before == count)
        }
        #expect(proxy.cuts == 2)
        let plug = try Plug(proxy.port)
        plug.write(10)
        #expect(plug.read(upTo: 10).bytes == 10)
    }

    @Test("cuts at an exact count of bytes towards the server, as often as asked")
    func repeatedCut() throws {
        proxy.cutAfter(bytes: 7, .toServer, times: 3)
        for _ in 0..<3 {
            let plug = try Plug(proxy.port)
            plug.write(8)
            var outcome = plug.read()
            if case .bytes = outcome { outcome = plug.read() }
            #expect(outcome == .reset)
        }
        #expect(proxy.bytes(.toServer) == 21)
        #expect(proxy.cuts == 3)
        let plug = try Plug(proxy.port)
        plug.write(8)
        #expect(plug.read(upTo: 8).bytes == 8)
    }

    @Test("refuses connections and takes them again on the same port")
    func refuses() throws {
        let open = try Plug(proxy.port)
        // Through to the other side: one that only waits to be accepted goes with the listener.
        open.write(1)
        #expect(open.read(upTo: 1).bytes == 1)
        try proxy.refuse(true)
        let failure = #expect(throws: FaultKitFailure.self) { try Plug(proxy.port) }
        #expect(failure?.description.contains("refused") == true)
        open.write(5)
        #expect(open.read(upTo: 5).bytes == 5)
        try proxy.refuse(false)
        let plug = try Plug(proxy.port)
        plug.write(5)
        #expect(plug.read(upTo: 5).bytes == 5)
    }

    @Test("stalled, it takes connections and forwards nothing; resumed, nothing is lost")
    func stalls() throws {
        let plug = try Plug(proxy.port)
        proxy.stall()
        let late = try Plug(proxy.port)
        for plug in [plug, late] { plug.write(1000) }
        #expect(plug.read(milliseconds: 50) == .nothing)
        #expect(proxy.bytes(.toServer) == 0)
        proxy.resume()
        for plug in [plug, late] { #expect(plug.read(upTo: 1000).bytes == 1000) }
        proxy.stall()
        plug.write(1)
        proxy.cut()
        #expect(plug.read() == .reset)
    }

    @Test("delays and throttles by the clock")
    func slows() throws {
        let clock = ContinuousClock()
        let plug = try Plug(proxy.port)
        proxy.delay(.milliseconds(40))
        let roundTrip = clock.measure {
            plug.write(10)
            #expect(plug.read(upTo: 10).bytes == 10)
        }
        #expect(roundTrip >= .milliseconds(80))
        proxy.delay(.zero)
        proxy.throttle(bytesPerSecond: 100_000)
        let slow = clock.measure {
            plug.write(10_000)
            #expect(plug.read(upTo: 10_000).bytes == 10_000)
        }
        #expect(slow >= .milliseconds(99))
        proxy.throttle(bytesPerSecond: nil)
        plug.write(1_000_000 / 10)
        #expect(plug.read(upTo: 100_000).bytes == 100_000)
    }

    @Test("cuts a connection instead of forwarding what it was told, as often as it was told, and no other one")
    func forbids() throws {
        let (plug, other) = (try Plug(proxy.port), try Plug(proxy.port))
        plug.write(3)
        #expect(plug.read(upTo: 3).bytes == 3)
        proxy.cutInsteadOf([7, 8, 9], .toClient)
        other.write(5)
        #expect(other.read(upTo: 5).bytes == 5)
        plug.write(20)
        #expect(plug.read() == .reset)
        #expect(proxy.cuts == 1)
        other.write(20)
        #expect(other.read(upTo: 20).bytes == 20)
    }

    @Test("leads new connections to another target")
    func retargets() throws {
        let nowhere = try TCPProxy(to: SparePort.find())
        nowhere.retarget(to: echo.port)
        let plug = try Plug(nowhere.port)
        plug.write(3)
        #expect(plug.read(upTo: 3).bytes == 3)
    }

    @Test("a target that isn't there is a reset; let go, the proxy leaves no port and no descriptor")
    func ends() throws {
        let nowhere = try TCPProxy(to: SparePort.find())
        let plug = try Plug(nowhere.port)
        #expect(plug.read() == .reset)
        var short: TCPProxy? = try TCPProxy(to: echo.port)
        let port = try #require(short?.port)
        let open = try Plug(port)
        open.write(3)
        #expect(open.read(upTo: 3).bytes == 3)
        short = nil
        #expect(open.read() == .reset)
        #expect(throws: FaultKitFailure.self) { try Plug(port) }
    }

    @Test("many connections at once, through many proxies")
    func many() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { [echo] in
                    let proxy = try TCPProxy(to: echo.port)
                    let plugs = try (0..<20).map { _ in try Plug(proxy.port) }
                    for plug in plugs { plug.write(20_000) }
                    return plugs.allSatisfy { $0.read(upTo: 20_000).bytes == 20_000 }
                }
            }
            for try await isGood in group { #expect(isGood) }
        }
    }
}
