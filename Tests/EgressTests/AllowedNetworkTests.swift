import Domain
import Egress
import TestSupport
import Testing

@Suite("Allowed networks")
struct AllowedNetworkTests {
    private func isPermitted(
        _ host: String, _ port: Int = 5432, for tenant: TenantID = .acme, allowing list: String
    ) throws -> Bool {
        let networks = try #require(AllowedNetwork.list(list))
        let recorder = RecordingResolver([
            "inside.example": ["10.1.2.3"], "mixed.example": ["93.184.215.14", "10.1.2.3"],
            "two.example": ["10.1.2.3", "192.168.0.1"], "mapped.example": ["::ffff:10.1.2.3"],
        ])
        let egress = EgressGuard(allowing: networks, resolver: recorder.resolver)
        do {
            return try !egress.addresses(of: host, port: port, for: tenant).isEmpty
        } catch let error as AppError where error.code == "egress.address_forbidden" {
            return false
        }
    }

    @Test("are read with a port, a tenant, both or neither")
    func reading() throws {
        let plain = try #require(AllowedNetwork("10.0.0.0/8"))
        #expect(plain.address == [10, 0, 0, 0] && plain.prefixLength == 8 && plain.port == nil && plain.tenant == nil)
        let full = try #require(AllowedNetwork("acme=fd00::/8:5432"))
        #expect(full.address.count == 16 && full.prefixLength == 8 && full.port == 5432 && full.tenant == .acme)
        let odd = try #require(AllowedNetwork("a.b:c-D_9=10.0.0.0/0:1"))
        #expect(odd.tenant?.rawValue == "a.b:c-D_9" && odd.prefixLength == 0 && odd.port == 1)
        #expect(AllowedNetwork("::1/128")?.prefixLength == 128)
        #expect(AllowedNetwork("10.0.0.5/32:65535")?.port == 65_535)
        #expect(AllowedNetwork("::ffff:10.0.0.0/104")?.address == [10, 0, 0, 0])
        #expect(AllowedNetwork("::ffff:10.0.0.0/104")?.prefixLength == 8)
        #expect(AllowedNetwork.list("10.0.0.0/8,  acme=192.168.0.0/16:80, fd00::/8")?.count == 3)
        #expect(AllowedNetwork.list(Array(repeating: "10.0.0.0/8", count: 256).joined(separator: ","))?.count == 256)
    }

    @Test(
        "in any other form aren't read",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "010.0.0.0/8", "0xa.0.0.0/8",
            "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/8:", "10.0.0.0/8:0",
            "10.0.0.0/8:65536", "10.0.0.0/8:+80", "10.0.0.0/8:080", "10.0.0.0/8:1:2", "10.0.0.0/8:1-2", "[fd00::]/8",
            "fe80::1%lo/64", "=10.0.0.0/8", "a b=10.0.0.0/8", "ä=10.0.0.0/8", "a=b=10.0.0.0/8", "acme=", "acme",
            "acme=10.0.0.0", "localhost/8", "db.example/32", "10.0.0.0/８", "10.0.0.0/8\n", "10.0.0.0\u{0}/8", "*",
            "all",
            "10.0.0.0/8;11.0.0.0/8", "10.0.0.0/255.0.0.0", "acme =10.0.0.0/8", "10.0.0.0/8/8", "99999=10.0.0.0/99999",
        ])
    func misreading(text: String) {
        #expect(AllowedNetwork(text) == nil)
        #expect(AllowedNetwork.list("10.0.0.0/8," + text) == nil)
        #expect(AllowedNetwork.list(text + ",10.0.0.0/8") == nil)
    }

    @Test("in lists of more than 256 aren't read")
    func longList() {
        #expect(AllowedNetwork.list(Array(repeating: "10.0.0.0/8", count: 257).joined(separator: ",")) == nil)
    }

    @Test("open their own addresses and no others")
    func network() throws {
        #expect(try isPermitted("10.1.2.3", allowing: "10.1.0.0/16"))
        #expect(try !isPermitted("10.2.0.0", allowing: "10.1.0.0/16"))
        #expect(try !isPermitted("10.0.255.255", allowing: "10.1.0.0/16"))
        #expect(try isPermitted("10.1.2.3", allowing: "10.1.2.3/32"))
        #expect(try !isPermitted("10.1.2.2", allowing: "10.1.2.3/32"))
        #expect(try isPermitted("127.0.0.1", allowing: "0.0.0.0/0"))
        #expect(try isPermitted("fd00:1::1", allowing: "fd00:1::/33"))
        #expect(try !isPermitted("fd00:1:8000::1", allowing: "fd00:1::/33"))
        #expect(try isPermitted("10.1.2.3", allowing: "10.200.200.200/8"))
        #expect(try isPermitted("8.8.8.8", allowing: "10.0.0.0/8"))
    }

    @Test("open one family only, IPv4-mapped addresses being IPv4")
    func families() throws {
        #expect(try isPermitted("::ffff:10.1.2.3", allowing: "10.0.0.0/8"))
        #expect(try isPermitted("mapped.example", allowing: "10.0.0.0/8"))
        #expect(try isPermitted("10.1.2.3", allowing: "::ffff:10.0.0.0/104"))
        #expect(try !isPermitted("10.1.2.3", allowing: "::/0"))
        #expect(try !isPermitted("::ffff:10.1.2.3", allowing: "::/0"))
        #expect(try !isPermitted("::ffff:10.1.2.3", allowing: "::/64"))
        #expect(try !isPermitted("::1", allowing: "0.0.0.0/0"))
    }

    @Test("don't open the tunnels and translations that lead to them")
    func tunnels() throws {
        for host in ["64:ff9b::10.1.2.3", "2002:a01:203::1", "::10.1.2.3", "2606:4700::5efe:10.1.2.3"] {
            #expect(try !isPermitted(host, allowing: "10.0.0.0/8"), "\(host)")
        }
        #expect(try isPermitted("64:ff9b::10.1.2.3", allowing: "64:ff9b::a00:0/104"))
    }

    @Test("with a port open that port")
    func port() throws {
        #expect(try isPermitted("10.1.2.3", 5432, allowing: "10.0.0.0/8:5432"))
        #expect(try !isPermitted("10.1.2.3", 5433, allowing: "10.0.0.0/8:5432"))
        #expect(try isPermitted("10.1.2.3", 5433, allowing: "10.0.0.0/8:5432,10.0.0.0/8:5433"))
        #expect(try isPermitted("8.8.8.8", 22, allowing: "10.0.0.0/8:5432"))
        let egress = EgressGuard(allowing: try #require(AllowedNetwork.list("127.0.0.0/8:8080,127.0.0.0/8:443")))
        #expect(try egress.destination(of: "http://127.0.0.1:8080/", for: .acme).port == 8080)
        #expect(try egress.destination(of: "https://127.0.0.1/", for: .acme).port == 443)
        #expect(appError { try egress.destination(of: "http://127.0.0.1/", for: .acme) } != nil)
    }

    @Test("with a tenant open to that tenant, and to no other and not to the installation")
    func tenant() throws {
        #expect(try isPermitted("10.1.2.3", for: .acme, allowing: "acme=10.0.0.0/8"))
        #expect(try !isPermitted("10.1.2.3", for: .other, allowing: "acme=10.0.0.0/8"))
        #expect(try !isPermitted("10.1.2.3", for: .installation, allowing: "acme=10.0.0.0/8"))
        #expect(try !isPermitted("10.1.2.3", for: .acme, allowing: "ACME=10.0.0.0/8"))
        #expect(try isPermitted("10.1.2.3", 5432, for: .acme, allowing: "acme=10.0.0.0/8:5432"))
        #expect(try !isPermitted("10.1.2.3", 5433, for: .acme, allowing: "acme=10.0.0.0/8:5432"))
        #expect(try !isPermitted("10.1.2.3", 5433, for: .acme, allowing: "other=10.0.0.0/8,acme=10.0.0.0/8:5432"))
        #expect(try isPermitted("10.1.2.3", for: .other, allowing: "acme=10.0.0.0/16,10.0.0.0/8"))
    }

    @Test("must hold every address of a name that isn't public")
    func names() throws {
        #expect(try isPermitted("inside.example", allowing: "10.0.0.0/8"))
        #expect(try isPermitted("mixed.example", allowing: "10.0.0.0/8"))
        #expect(try !isPermitted("two.example", allowing: "10.0.0.0/8"))
        #expect(try isPermitted("two.example", allowing: "10.0.0.0/8,192.168.0.1/32"))
        #expect(try !isPermitted("two.example", allowing: "10.0.0.0/8,other=192.168.0.1/32"))
    }
}
