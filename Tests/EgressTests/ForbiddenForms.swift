/// URLs that try to reach what isn't public, or that different parsers read differently. None of them may be fetched.
enum ForbiddenForms {
    /// One URL, and whether its form alone must refuse it, before any name is looked up.
    struct Form: Sendable, CustomStringConvertible {
        let url: String
        let isRefusedByForm: Bool

        var description: String { String(url.prefix(100)) }
    }

    static let all: [Form] =
        (numbers + hosts + parsers + characters + schemes + ports).map { Form(url: $0, isRefusedByForm: true) }
        + (addresses + embedded + metadata + names).map { Form(url: $0, isRefusedByForm: false) }

    /// Other writings of addresses, as the C library or browsers read them.
    private static let numbers = [
        "http://127.1/", "http://127.0.1/", "http://127/", "http://0/", "http://1/", "http://1.2.3/",
        "http://2130706433/", "http://3232235521/", "http://2852039166/", "http://4294967296/",
        "http://0x7f000001/", "http://0X7F000001/", "http://0x7f.1/", "http://0x7f.0.0.1/", "http://0x7f.0x0.0x0.0x1/",
        "http://0xa9fea9fe/", "http://0xa9.0xfe.0xa9.0xfe/", "http://0x/", "http://public.0x1/",
        "http://017700000001/", "http://0177.1/", "http://0177.0.0.1/", "http://0177.0000.0000.0001/",
        "http://0251.0376.0251.0376/", "http://127.0.0.01/", "http://127.000.000.001/", "http://010.0.0.1/",
        "http://127.0x0.0.1/", "http://127.0.0.1.1/", "http://127.0.0.256/", "http://256.256.256.256/",
        "http://383.254.169.254/", "http://425.510.425.510/", "http://127.0.0.1./", "http://127.1./", "http://0x7f.1./",
        "http://public.example.1/", "http://127.0.0.+1/", "http://127.0.0.-1/", "http://+127.0.0.1/",
        "http://08.08.08.08/", "http://18446744071562067969/", "http://127..1/", "http://.127.0.0.1/",
        "http://00000000000000000000000000000177.0.0.1/", "http://0x100000000/", "http://0x00000000000000007f000001/",
    ]

    /// Hosts that are neither an address nor a name.
    private static let hosts = [
        "http:///", "http://", "http://.", "http://./", "http://../", "http://public..example/",
        "http://.public.example/", "http://public.example../", "http://-public.example/", "http://public-.example/",
        "http://public.example,127.0.0.1/", "http://public.example;127.0.0.1/", "http://public.example=127.0.0.1/",
        "http://public%2eexample/", "http://127%2e0%2e0%2e1/", "http://%6c%6f%63%61%6c%68%6f%73%74/",
        "http://public.example%00.inside.example/", "http://public.example%2f@127.0.0.1/",
        "http://$public.example/", "http://*.public.example/", "http://public.example*/", "http://'localhost'/",
        "http://(localhost)/", "http://local!host/", "http://public.example&@127.0.0.1/", "http://~/",
        "http://\(String(repeating: "a", count: 64)).public.example/",
        "http://\(String(repeating: "abcdefg.", count: 31))example/",
        "http://[::1/", "http://::1/", "http://::1]/", "http://[]/", "http://[::1]]/", "http://[[::1]]/",
        "http://[::1].public.example/", "http://public.example[::1]/", "http://[127.0.0.1]/", "http://[localhost]/",
        "http://[public.example]/", "http://[::1%25lo]/", "http://[fe80::1%lo]/", "http://[fe80::1%25eth0]/",
        "http://[::1%2525]/", "http://[v1.::1]/", "http://[0:0:0:0:0:0:0:0:1]/", "http://[::1::]/",
        "http://[:::1]/", "http://[00000::1]/", "http://[::ffff:127.1]/", "http://[::ffff:0177.0.0.1]/",
        "http://[::ffff:0x7f.0.0.1]/", "http://[::127.0.0.1.]/", "http://[::g]/", "http://::ffff:127.0.0.1/",
        "http://fe80::1/", "http://::1:80/", "http://2606:4700:4700::1111:80/", "https://2606:4700:0:0:0:0:0:1/",
    ]

    /// Where parsers differ on which part is the host.
    private static let parsers = [
        "http://user@127.0.0.1/", "http://user:password@127.0.0.1/", "http://public.example@127.0.0.1/",
        "http://127.0.0.1@public.example/", "http://@127.0.0.1/", "http://:@127.0.0.1/", "http://@/",
        "http://public.example:80@127.0.0.1/", "http://a@b@127.0.0.1/", "http://public.example:@127.0.0.1:80/",
        "http://public.example%40127.0.0.1/", "http://user@public.example/",
        "http://public.example#@127.0.0.1/", "http://127.0.0.1#@public.example/", "http://public.example?@127.0.0.1/",
        "http://127.0.0.1?@public.example/", "http://public.example#", "http://public.example/#fragment",
        "http://public.example/a#@127.0.0.1/",
        #"http://public.example\@127.0.0.1/"#, #"http://127.0.0.1\@public.example/"#, #"http:\\127.0.0.1\"#,
        #"http:\\public.example\"#, #"http:/\127.0.0.1/"#, #"http://public.example\.inside.example/"#,
        #"http://public.example/\127.0.0.1"#, #"\\127.0.0.1\share"#,
        "http:127.0.0.1/", "http:/127.0.0.1/", "http:////127.0.0.1/", "http:///127.0.0.1/", "http:///public.example/",
        "http:public.example/", "http:/public.example/", "//127.0.0.1/", "//public.example/", "/", "", "127.0.0.1",
        "public.example", "public.example/path", "http", "http:", "http:/", "://public.example/", "?", "#",
    ]

    /// Characters that some readers drop, cut at or map to others.
    private static let characters = [
        " http://127.0.0.1/", "http://127.0.0.1/ ", "\thttp://public.example/", "http://public.example/\n",
        "http://127.0.\t0.1/", "http://local\nhost/", "ht\ntp://127.0.0.1/", "http://\r\n127.0.0.1/",
        "http:\t//127.0.0.1/", "http://public.example\t@127.0.0.1/", "http://public.example /",
        "http://public.example\u{0}.inside.example/", "http://127.0.0.1\u{0}/", "http://public.example\u{7F}/",
        "http://public.example/\r\nHost: 127.0.0.1", "http://public.example/a b", "\u{FEFF}http://127.0.0.1/",
        "http://１２７.０.０.１/", "http://127。0。0。1/", "http://127．0．0．1/", "http://127｡0｡0｡1/",
        "http://①②⑦.⓪.⓪.①/", "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://ⓔⓧⓐⓜⓟⓛⓔ.com/",
        "http://loc\u{AD}alhost/", "http://local\u{200B}host/", "http://ｌｏｃａｌｈｏｓｔ/", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/",
        "http://١٢٧.٠.٠.١/", "http://bücher.example/", "http://lo\u{212A}al.example/", "http://public.example／.inside/",
        "http://public.example\u{2044}@127.0.0.1/", "http://public.example＠127.0.0.1/", "http：//127.0.0.1/",
        "http:／／127.0.0.1/", "http://public.example/ä", "http://[：：1]/", "http://127.0.0.1\u{A0}/",
        "http://public.example/%", "http://public.example/%zz", "http://public.example/%0", "http://public.example/<x>",
        "http://public.example/{x}", "http://public.example/|", "http://public.example/^", "http://public.example/`",
        "http://public.example/\"", "http://public.example/\(String(repeating: "a", count: 8_192))",
    ]

    private static let schemes = [
        "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ftp://public.example/", "gopher://127.0.0.1:6379/_INFO",
        "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "tftp://127.0.0.1/x", "sftp://public.example/",
        "jar:http://127.0.0.1!/", "data:text/plain,hello", "javascript:alert(1)", "netdoc:///etc/passwd",
        "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "ws://127.0.0.1/",
        "wss://public.example/", "postgres://127.0.0.1/x", "httpx://public.example/", "xhttp://public.example/",
        "url:http://127.0.0.1/", "view-source:http://127.0.0.1/", "http\u{0}://127.0.0.1/", "h\u{2062}ttp://127.0.0.1/",
        "HTTP:127.0.0.1", "feed:http://127.0.0.1/", "https+insecure://127.0.0.1/",
    ]

    private static let ports = [
        "http://public.example:/", "http://public.example:0/", "http://public.example:00/",
        "http://public.example:080/",
        "http://public.example:65536/", "http://public.example:65616/", "http://public.example:4294967376/",
        "http://public.example:-1/", "http://public.example:+80/", "http://public.example:8e1/",
        "http://public.example:0x50/", "http://public.example:80:443/", "http://public.example:80,443/",
        "http://public.example:80;/", "http://public.example:８０/", "http://public.example: 80/", "http://[::1]:/",
        "http://[::1]80/", "http://[::1]:80:80/", "http://public.example:http/", "http://127.0.0.1:22@/", "http://:80/",
    ]

    /// Plain addresses that aren't public.
    private static let addresses = [
        "http://127.0.0.1/", "HTTP://127.0.0.1/", "https://127.0.0.1:8443/x?y=z", "http://127.0.0.1",
        "http://127.8.9.1",
        "http://127.255.255.254/", "http://0.0.0.0/", "http://0.0.0.0:22/", "http://10.0.0.1/", "http://100.64.0.1/",
        "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/", "http://192.0.0.8/", "http://192.0.2.1/",
        "http://192.88.99.1/", "http://198.18.0.1/", "http://198.51.100.7/", "http://203.0.113.7/", "http://224.0.0.1/",
        "http://239.255.255.250:1900/", "http://240.0.0.1/", "http://255.255.255.255/",
        "http://[::]/", "http://[::1]/", "http://[::1]:8080/", "http://[0:0:0:0:0:0:0:1]/", "http://[0000::0001]/",
        "http://[0:0::0.0.0.1]/", "http://[fe80::1]/", "http://[febf::1]/", "http://[fc00::1]/",
        "http://[fd12:3456::1]/",
        "http://[fec0::1]/", "http://[ff02::1]/", "http://[ff0e::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/",
        "http://[100::1]/", "http://[100:0:0:1::1]/", "http://[2001:2::1]/", "http://[2001:10::1]/",
        "http://[2001:20::1]/", "http://[5f00::1]/", "http://[4000::1]/", "http://[2620:4f:8000::1]/", "http://[1::1]/",
    ]

    /// IPv4 addresses inside IPv6 addresses.
    private static let embedded = [
        "http://[::ffff:127.0.0.1]/", "http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:7f00:0001]/", "http://[::ffff:0.0.0.0]/", "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/", "http://[::127.0.0.1]/", "http://[::7f00:1]/", "http://[::8.8.8.8]/",
        "http://[::ffff:0:127.0.0.1]/", "http://[::ffff:0:8.8.8.8]/",
        "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b::192.168.1.1]/", "http://[64:ff9b:1::127.0.0.1]/", "http://[64:ff9b:1::8.8.8.8]/",
        "http://[64:ff9b:1:ffff::10.0.0.1]/", "http://[2002:7f00:1::]/", "http://[2002:7f00:1::1]/",
        "http://[2002:a9fe:a9fe::1]/", "http://[2002:c0a8:1::]/", "http://[2002:808:808::1]/",
        "http://[2001::1]/", "http://[2001:0:7f00:1::]/", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
        "http://[2001:0:5601:5601::]/",
        "http://[2606:4700::5efe:127.0.0.1]/", "http://[2606:4700::5efe:a00:1]/", "http://[fe80::5efe:8.8.8.8]/",
        "http://[2606:4700::200:5efe:192.168.0.1]/", "http://[2a00::200:5efe:a9fe:a9fe]/",
    ]

    /// Where clouds give out credentials.
    private static let metadata = [
        "http://169.254.169.254/", "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "http://169.254.170.2/v2/credentials/", "http://169.254.170.23/v1/credentials", "http://169.254.169.253/",
        "http://100.100.100.200/latest/meta-data/", "http://192.0.0.192/latest/", "http://168.63.129.16/machine",
        "http://[fd00:ec2::254]/latest/meta-data/", "http://[fd00:ec2::23]/v1/credentials",
        "http://[fd20:ce::254]/computeMetadata/v1/", "http://[fd00:42::42]/", "http://[fe80::a9fe:a9fe]/",
        "http://[::ffff:169.254.169.254]/", "http://[::169.254.169.254]/", "http://[64:ff9b::169.254.169.254]/",
        "http://metadata.google.internal/computeMetadata/v1/", "http://METADATA.google.internal./",
        "http://instance-data.ec2.internal/latest/",
    ]

    /// Names whose addresses aren't all public.
    private static let names = [
        "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost:5432/",
        "http://sub.localhost/", "http://localhost6/", "http://127.0.0.1.wildcard.example/", "https://inside.example/",
        "http://mixed.example/", "http://mixed-reversed.example/", "http://mixed-six.example/",
        "http://zero.example/", "http://link-local.example/", "http://unique-local.example/",
        "http://mapped.example/", "http://compatible.example/", "http://nat64.example/", "http://sixtofour.example/",
        "http://teredo.example/", "http://isatap.example/", "http://multicast.example/", "http://shared.example/",
        "http://xn--inside-xya.example/", "http://in_side.example/", "http://last-of-many.example/",
    ]

    /// What the resolver of the tests answers.
    static let answers: [String: [String]] = [
        "public.example": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
        "four.public.example": ["93.184.215.14"],
        "localhost": ["127.0.0.1", "::1"], "sub.localhost": ["127.0.0.1"], "localhost6": ["::1"],
        "127.0.0.1.wildcard.example": ["127.0.0.1"], "inside.example": ["10.0.0.5"],
        "mixed.example": ["93.184.215.14", "10.0.0.5"], "mixed-reversed.example": ["10.0.0.5", "93.184.215.14"],
        "mixed-six.example": ["93.184.215.14", "fd00::1"],
        "zero.example": ["0.0.0.0"], "link-local.example": ["fe80::1"], "unique-local.example": ["fd12::1"],
        "mapped.example": ["::ffff:127.0.0.1"], "compatible.example": ["::7f00:1"],
        "nat64.example": ["64:ff9b::7f00:1"], "sixtofour.example": ["2002:7f00:1::"], "teredo.example": ["2001::1"],
        "isatap.example": ["2606:4700::5efe:7f00:1"], "multicast.example": ["224.0.0.251"],
        "shared.example": ["100.64.0.7"], "xn--inside-xya.example": ["10.0.0.5"], "in_side.example": ["10.0.0.5"],
        "last-of-many.example": (1...63).map { "93.184.215.\($0)" } + ["10.0.0.5"],
        "metadata.google.internal": ["169.254.169.254"], "instance-data.ec2.internal": ["169.254.169.254"],
    ]
}
