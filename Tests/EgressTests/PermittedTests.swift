import Domain
import Egress
import TestSupport
import Testing

@Suite("Permitted hosts and URLs")
struct PermittedTests {
    private let recorder = RecordingResolver([
        "public.example": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
        "xn--bcher-kva.example": ["93.184.215.14"], "a_b.example": ["93.184.215.14"], "1.2.3.com": ["93.184.215.14"],
        "0x7f.com": ["93.184.215.14"], "3com.example": ["93.184.215.14"], "a--b.example": ["93.184.215.14"],
        String(repeating: "a", count: 63) + ".example": ["93.184.215.14"], "db": ["93.184.215.14"],
        String(repeating: "abcdefg.", count: 30) + "abcdef.example".suffix(13): ["93.184.215.14"],
    ])
    private var egress: EgressGuard { EgressGuard(resolver: recorder.resolver) }

    @Test(
        "URLs keep their parts",
        arguments: [
            ("https://public.example", "https", "public.example", 443, "/"),
            ("HTTPS://Public.Example/", "https", "public.example", 443, "/"),
            ("http://public.example:8080/a/b?c=d&e=%20", "http", "public.example", 8080, "/a/b?c=d&e=%20"),
            ("https://public.example./x", "https", "public.example", 443, "/x"),
            ("https://public.example?x=1", "https", "public.example", 443, "/?x=1"),
            ("https://public.example:65535?x=1/2", "https", "public.example", 65_535, "/?x=1/2"),
            ("https://public.example/?q=a@b", "https", "public.example", 443, "/?q=a@b"),
            ("https://public.example/@user/a:b;c=d,e", "https", "public.example", 443, "/@user/a:b;c=d,e"),
            (
                "https://public.example/a?filter[status]=x&u=http://127.0.0.1/", "https", "public.example", 443,
                "/a?filter[status]=x&u=http://127.0.0.1/"
            ),
            ("https://public.example//127.0.0.1/", "https", "public.example", 443, "//127.0.0.1/"),
            ("http://8.8.8.8:1/", "http", "8.8.8.8", 1, "/"),
            ("http://[2606:4700:4700::1111]:8443/x", "http", "2606:4700:4700::1111", 8443, "/x"),
            ("http://[2606:4700:4700:0:0::1111]", "http", "2606:4700:4700:0:0::1111", 80, "/"),
            ("https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", 443, "/"),
            ("https://a_b.example/", "https", "a_b.example", 443, "/"), ("https://db/", "https", "db", 443, "/"),
            ("https://1.2.3.com/", "https", "1.2.3.com", 443, "/"),
            ("https://0x7f.com/", "https", "0x7f.com", 443, "/"),
            ("https://3com.example/", "https", "3com.example", 443, "/"),
            ("https://a--b.example/", "https", "a--b.example", 443, "/"),
        ])
    func url(text: String, scheme: String, host: String, port: Int, target: String) throws {
        let url = try egress.destination(of: text, for: .acme)
        #expect(url.scheme.rawValue == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(!url.addresses.isEmpty)
        #expect(url.addresses.allSatisfy { $0.host == host && $0.port == port })
    }

    @Test("URLs know what their Host field says")
    func authority() throws {
        func authority(_ url: String) throws -> String { try egress.destination(of: url, for: .acme).authority }
        #expect(try authority("https://Public.example:443/") == "public.example")
        #expect(try authority("http://public.example:443/") == "public.example:443")
        #expect(try authority("http://[2606:4700::1]/") == "[2606:4700::1]")
        #expect(try authority("https://[2606:4700::1]:80/") == "[2606:4700::1]:80")
    }

    @Test("the longest URL, label and name are read")
    func longest() throws {
        let start = "https://public.example/"
        let url = start + String(repeating: "a", count: 8_192 - start.count)
        #expect(try egress.destination(of: url, for: .acme).target.count == 8_192 - start.count + 1)
        #expect(appError { try egress.destination(of: url + "a", for: .acme) }?.code == "egress.url_invalid")
        let label = String(repeating: "a", count: 63) + ".example"
        #expect(try egress.addresses(of: label, port: 1, for: .acme).count == 1)
        let name = String(repeating: "abcdefg.", count: 30) + "abcdef.example".suffix(13)
        #expect(name.count == 253)
        #expect(try egress.addresses(of: name + ".", port: 1, for: .acme).first?.host == name)
        #expect(appError { try egress.addresses(of: "a" + name, port: 1, for: .acme) }?.code == "egress.host_invalid")
    }

    @Test("a name gives all of its addresses, in order, with the name for TLS")
    func name() throws {
        let addresses = try egress.addresses(of: "PUBLIC.example.", port: 5432, for: .acme)
        #expect(addresses.map(\.address) == ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
        #expect(addresses.allSatisfy { $0.host == "public.example" && $0.port == 5432 && !$0.isNumericHost })
        #expect(recorder.asked == ["public.example"])
    }

    @Test(
        "an address comes out in its canonical form, never looked up",
        arguments: [
            ("8.8.8.8", "8.8.8.8", "8.8.8.8"), ("::ffff:8.8.8.8", "::ffff:8.8.8.8", "8.8.8.8"),
            ("[::FFFF:808:808]", "::ffff:808:808", "8.8.8.8"), ("2606:4700:0::1", "2606:4700:0::1", "2606:4700::1"),
            ("[2606:4700:0:0:0:0:0:00AB]", "2606:4700:0:0:0:0:0:00ab", "2606:4700::ab"),
            ("64:ff9b::8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b::808:808"),
            ("2606:4700::5efe:8.8.8.8", "2606:4700::5efe:8.8.8.8", "2606:4700::5efe:808:808"),
        ])
    func address(text: String, host: String, address: String) throws {
        let found = try egress.addresses(of: text, port: 443, for: .acme)
        #expect(found.map(\.address) == [address])
        #expect(found.map(\.host) == [host])
        #expect(found.map(\.isNumericHost) == [true])
        #expect(recorder.asked.isEmpty)
    }

    @Test("ports are 1 to 65535, and a wrong one is told before a look-up", arguments: [0, -1, 65_536, .max, .min])
    func ports(port: Int) throws {
        let error = appError { try egress.addresses(of: "public.example", port: port, for: .acme) }
        #expect(error?.code == "egress.host_invalid")
        #expect(error?.message.contains("port") == true)
        #expect(recorder.asked.isEmpty)
        for port in [1, 65_535] { #expect(try egress.addresses(of: "8.8.8.8", port: port, for: .acme).count == 1) }
        let urlError = appError { try egress.destination(of: "http://public.example:\(port)/", for: .acme) }
        #expect(urlError?.code == "egress.url_invalid")
    }
}
