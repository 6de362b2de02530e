import Domain
import Egress
import Testing

/// One range of addresses that aren't public, with the nearest public addresses where there are such.
struct Range: Sendable, CustomStringConvertible {
    let first: String
    let last: String
    let outside: [String]

    init(_ first: String, _ last: String, outside: String...) {
        self.first = first
        self.last = last
        self.outside = outside
    }

    var description: String { "\(first) to \(last)" }
}

@Suite("Ranges of addresses")
struct RangeTests {
    static let four = [
        Range("0.0.0.0", "0.255.255.255", outside: "1.0.0.0"),
        Range("10.0.0.0", "10.255.255.255", outside: "9.255.255.255", "11.0.0.0"),
        Range("100.64.0.0", "100.127.255.255", outside: "100.63.255.255", "100.128.0.0"),
        Range("127.0.0.0", "127.255.255.255", outside: "126.255.255.255", "128.0.0.0"),
        Range("168.63.129.16", "168.63.129.16", outside: "168.63.129.15", "168.63.129.17"),
        Range("169.254.0.0", "169.254.255.255", outside: "169.253.255.255", "169.255.0.0"),
        Range("172.16.0.0", "172.31.255.255", outside: "172.15.255.255", "172.32.0.0"),
        Range("192.0.0.0", "192.0.0.255", outside: "191.255.255.255", "192.0.1.0"),
        Range("192.0.2.0", "192.0.2.255", outside: "192.0.1.255", "192.0.3.0"),
        Range("192.31.196.0", "192.31.196.255", outside: "192.31.195.255", "192.31.197.0"),
        Range("192.52.193.0", "192.52.193.255", outside: "192.52.192.255", "192.52.194.0"),
        Range("192.88.99.0", "192.88.99.255", outside: "192.88.98.255", "192.88.100.0"),
        Range("192.168.0.0", "192.168.255.255", outside: "192.167.255.255", "192.169.0.0"),
        Range("192.175.48.0", "192.175.48.255", outside: "192.175.47.255", "192.175.49.0"),
        Range("198.18.0.0", "198.19.255.255", outside: "198.17.255.255", "198.20.0.0"),
        Range("198.51.100.0", "198.51.100.255", outside: "198.51.99.255", "198.51.101.0"),
        Range("203.0.113.0", "203.0.113.255", outside: "203.0.112.255", "203.0.114.0"),
        Range("224.0.0.0", "239.255.255.255", outside: "223.255.255.255"),
        Range("240.0.0.0", "255.255.255.255", outside: "223.255.255.255"),
    ]

    static let six = [
        Range("::", "::fffe:ffff:ffff"),
        Range("::1:0:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", outside: "64:ff9b::808:808"),
        Range("64:ff9b:0:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2000::"),
        Range("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"), Range("100::", "100::1:ffff:ffff:ffff:ffff"),
        Range(
            "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:200::"),
        Range(
            "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::"),
        Range(
            "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2003::"),
        Range(
            "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
            outside: "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"),
        Range(
            "3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Range("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "3fff:1000::"),
        Range(
            "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", outside: "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Range("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        Range("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), Range("fe80::", "febf:ffff:ffff:ffff:ffff:ffff::"),
        Range("fec0::", "feff:ffff:ffff:ffff:ffff:ffff::"), Range("ff00::", "ff0e::ffff:ffff:ffff"),
        Range("2606:4700::5efe:10.0.0.0", "2606:4700::5efe:10.255.255.255", outside: "2606:4700::5efe:9.255.255.255"),
        Range("2606:4700::200:5efe:7f00:0", "2606:4700::200:5efe:7fff:ffff", outside: "2606:4700::200:5efe:8000:0"),
    ]

    private func isPermitted(_ address: String) -> Bool {
        (try? EgressGuard().addresses(of: address, port: 443, for: .acme)) != nil  // Refused = not permitted.
    }

    @Test("that aren't public are refused from the first to the last", arguments: four + six)
    func range(range: Range) {
        for address in [range.first, range.last] { #expect(!isPermitted(address), "\(address)") }
        for address in range.outside { #expect(isPermitted(address), "\(address)") }
    }

    @Test("of IPv4 count in IPv6 too, where it carries them", arguments: four)
    func embedded(range: Range) {
        for address in [range.first, range.last] {
            for form in ["::ffff:", "64:ff9b::", "2606:4700::5efe:", "2a00:1:2:3:200:5efe:"] {
                #expect(!isPermitted(form + address), "\(form)\(address)")
            }
        }
        for address in range.outside + [range.first, range.last] {
            for form in ["::", "::ffff:0:", "64:ff9b:1::", "fe80::5efe:"] {
                #expect(!isPermitted(form + address), "\(form)\(address)")
            }
        }
        for address in range.outside {
            for form in ["::ffff:", "64:ff9b::", "2606:4700::5efe:", "2a00:1:2:3:200:5efe:"] {
                #expect(isPermitted(form + address), "\(form)\(address)")
            }
        }
    }

    @Test(
        "are refused by their name, so that whoever reads the error knows what they are",
        arguments: [
            ("0.0.0.1", "RFC 1122"), ("127.0.0.1", "RFC 1122"), ("10.0.0.1", "RFC 1918"), ("100.64.0.1", "RFC 6598"),
            ("169.254.169.254", "RFC 3927"), ("192.0.0.9", "RFC 6890"), ("255.255.255.255", "RFC 919"),
            ("224.0.0.1", "RFC 5771"), ("168.63.129.16", "Azure"), ("::1", "loopback"), ("::", "unspecified"),
            ("::8.8.8.8", "IPv4-compatible"), ("64:ff9b:1::1", "RFC 8215"), ("100::1", "RFC 6666"),
            ("100::1:0:0:0:1", "RFC 9780"), ("2001::1", "Teredo"), ("2001:10::1", "RFC 2928"), ("2002::1", "6to4"),
            ("5f00::1", "RFC 9602"), ("fd00::1", "RFC 4193"), ("fe80::1", "link-local"), ("fec0::1", "RFC 3879"),
            ("ff02::1", "multicast"), ("4000::1", "isn't a global unicast address"),
        ])
    func name(address: String, words: String) {
        let error = appError { try EgressGuard().addresses(of: address, port: 443, for: .acme) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test("are named in the error, with the host and the way out")
    func message() {
        let error = appError { try EgressGuard().addresses(of: "[64:FF9B::10.1.2.3]", port: 5432, for: .acme) }
        #expect(error?.code == "egress.address_forbidden")
        #expect(
            error?.message
                == "The host 64:ff9b::10.1.2.3 has the address 64:ff9b::a01:203, which may not be reached: it stands "
                + "for 10.1.2.3 (NAT64, RFC 6052), and it is a private address (RFC 1918). The operator of this server may "
                + "open it, at port 5432 or at all, with TRIBUTARY_EGRESS_ALLOW.")
    }
}
