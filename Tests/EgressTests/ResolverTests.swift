import Domain
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Egress

@Suite("Looking names up")
struct ResolverTests {
    private struct Broken: Error {}

    @Test("a name without an address is unknown")
    func unknown() {
        let recorder = RecordingResolver([:])
        let egress = EgressGuard(resolver: recorder.resolver)
        let error = appError { try egress.addresses(of: "nothing.example", port: 443, for: .acme) }
        #expect(error?.code == "egress.host_unknown")
        #expect(error?.recovery == .fixConfig)
        #expect(error?.message.contains("nothing.example") == true)
        #expect(recorder.asked == ["nothing.example"])
    }

    @Test("64 addresses are enough, each counted once")
    func many() throws {
        let some = (1...64).map { "93.184.215.\($0)" }
        let recorder = RecordingResolver([
            "full.example": some + some + some.map { "::ffff:" + $0 }, "over.example": some + ["93.184.216.1"],
        ])
        let egress = EgressGuard(resolver: recorder.resolver)
        #expect(try egress.addresses(of: "full.example", port: 443, for: .acme).map(\.address) == some)
        let error = appError { try egress.addresses(of: "over.example", port: 443, for: .acme) }
        #expect(error?.code == "egress.resolve_failed")
        #expect(error?.recovery == .retry)
    }

    @Test("a name is looked up once, so that what was checked is what is connected to")
    func rebinding() throws {
        let turns = Mutex(0)
        let egress = EgressGuard(
            resolver: HostResolver { _ in
                let turn = turns.withLock { turn in
                    turn += 1
                    return turn
                }
                return [IPAddress(turn == 1 ? "93.184.215.14" : "127.0.0.1")].compactMap { $0 }
            })
        let url = try egress.destination(of: "http://rebound.example/", for: .acme)
        #expect(url.addresses.map(\.address) == ["93.184.215.14"])
        #expect(turns.withLock { $0 } == 1)
        let error = appError { try egress.destination(of: "http://rebound.example/", for: .acme) }
        #expect(error?.code == "egress.address_forbidden")
    }

    @Test("an error of the resolver's own passes, another becomes one that is worth a retry")
    func failures() {
        let own = EgressGuard(resolver: HostResolver { _ in throw AppError(.egressHostUnknown) })
        #expect(appError { try own.addresses(of: "x.example", port: 1, for: .acme) }?.code == "egress.host_unknown")
        let other = EgressGuard(resolver: HostResolver { _ in throw Broken() })
        let error = appError { try other.addresses(of: "x.example", port: 1, for: .acme) }
        #expect(error?.code == "egress.resolve_failed")
        #expect(error?.recovery == .retry)
    }

    @Test("the system's answers are told apart: no such name, or no answer now")
    func statuses() {
        for status in [EAI_NONAME, -5, -9] {
            #expect(HostResolver.failure(of: "x.example", status).code == "egress.host_unknown")
        }
        for status in [EAI_AGAIN, EAI_FAIL, EAI_SYSTEM, EAI_MEMORY] {
            let error = HostResolver.failure(of: "x.example", status)
            #expect(error.code == "egress.resolve_failed")
            #expect(error.recovery == .retry)
        }
    }

    @Test("the system's resolver finds this machine, which is refused unless it is opened")
    func system() throws {
        let error = appError { try EgressGuard().addresses(of: "localhost", port: 5432, for: .acme) }
        #expect(error?.code == "egress.address_forbidden")
        let networks = try #require(AllowedNetwork.list("127.0.0.0/8:5432,::1/128:5432"))
        let found = try EgressGuard(allowing: networks).addresses(of: "localhost", port: 5432, for: .acme)
        #expect(found.allSatisfy { ["127.0.0.1", "::1"].contains($0.address) && $0.host == "localhost" })
        #expect(!found.isEmpty)
    }

    @Test("the unrestricted guard lets every address through, in good forms")
    func unrestricted() throws {
        for host in ["127.0.0.1", "::1", "10.0.0.5", "169.254.169.254", "fe80::1", "8.8.8.8", "localhost"] {
            let found = try EgressGuard.unrestricted.addresses(of: host, port: 5432, for: .installation)
            #expect(!found.isEmpty, "\(host)")
        }
        let url = try EgressGuard.unrestricted.destination(of: "http://127.0.0.1:9/x", for: .installation)
        #expect(url.addresses.map(\.address) == ["127.0.0.1"])
        for host in ["127.1", "/var/run/postgresql", ""] {
            let error = appError { try EgressGuard.unrestricted.addresses(of: host, port: 5432, for: .installation) }
            #expect(error?.code == "egress.host_invalid", "\(host)")
        }
        let error = appError { try EgressGuard.unrestricted.addresses(of: "10.0.0.5", port: 0, for: .installation) }
        #expect(error?.code == "egress.host_invalid")
    }

    @Test("addresses are read in their usual form only, and printed in their canonical one")
    func texts() {
        for (text, canonical) in [
            ("1.2.3.4", "1.2.3.4"), ("2001:DB8:0:0::A", "2001:db8::a"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("::", "::"),
        ] {
            #expect(IPAddress(text)?.description == canonical)
        }
        for text in [
            "", "1", "1.2.3", "01.2.3.4", "1.2.3.4\u{0}", "[::1]", "::1%lo", " ::1", "0x1.2.3.4", "1:2:3:4:5:6:7",
        ] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(IPAddress(bytes: [1, 2, 3, 4])?.description == "1.2.3.4")
    }
}
