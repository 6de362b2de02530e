import Domain
import Testing

@testable import Vault

@Suite("Scrubber")
struct ScrubberTests {
    /// With what percent-encoding, JSON and base64 treat in different ways.
    static let password = "p@ss/w\u{F6}rd \"+%\\x~>?\u{1F511}"

    private func scrub(_ text: String, _ secrets: String...) -> String {
        Scrubber(secrets: secrets.map { Secret($0) }).scrub(text)
    }

    @Test(
        "finds a secret however it is written",
        arguments: [
            password,
            // RFC 3986, upper and lower case; every byte; a form; as curl leaves it.
            "p%40ss%2Fw%C3%B6rd%20%22%2B%25%5Cx~%3E%3F%F0%9F%94%91",
            "p%40ss%2fw%c3%b6rd%20%22%2b%25%5cx%7e%3e%3f%f0%9f%94%91",
            "%70%40%73%73%2F%77%C3%B6%72%64%20%22%2B%25%5C%78%7E%3E%3F%F0%9F%94%91",
            "p%40ss%2Fw%C3%B6rd+%22%2B%25%5Cx%7E%3E%3F%F0%9F%94%91",
            "p@ss/w\u{F6}rd%20\"%2B%25\\x~>?\u{1F511}",
            // JSON: the least, with slashes, all ASCII, and within a JSON string in another.
            #"p@ss/wörd \"+%\\x~>?🔑"#, #"p@ss\/wörd \"+%\\x~>?🔑"#, #"p@ss/w\u00f6rd \"+%\\x~\u003e?\ud83d\udd11"#,
            #"p@ss/wörd \\\"+%\\\\x~>?🔑"#,
            // Percent-encoded twice, and percent-encoded within JSON.
            "p%2540ss%252Fw%25C3%25B6rd%2520%2522%252B%2525%255Cx~%253E%253F%25F0%259F%2594%2591",
            // Base64, bare and as the password of Basic authentication with users of 1, 2 and 3 letters.
            "cEBzcy93w7ZyZCAiKyVceH4+P/CflJE=", "cEBzcy93w7ZyZCAiKyVceH4-P_CflJE",
            "YTpwQHNzL3fDtnJkICIrJVx4fj4/8J+UkQ==", "YWI6cEBzcy93w7ZyZCAiKyVceH4+P/CflJE=",
            "YWJjOnBAc3Mvd8O2cmQgIislXHh+Pj/wn5SR", "YWJjOnBAc3Mvd8O2cmQgIislXHh-Pj_wn5SR",
            "cEBzcy93w7ZyZCAiKyVceH4%2BP%2FCflJE%3D", #"cEBzcy93w7ZyZCAiKyVceH4+P\/CflJE="#,
            "704073732f77c3b67264" + "20222b255c787e3e3ff09f9491",
            "704073732F77C3B67264" + "20222B255C787E3E3FF09F9491",
        ])
    func found(written: String) {
        let scrubbed = scrub("login failed: \(written), try again", Self.password)
        #expect(scrubbed == "login failed: [redacted], try again")
        #expect(scrub(written, Self.password) == "[redacted]")
    }

    @Test("replaces every occurrence, and overlapping ones by one mark")
    func occurrences() {
        #expect(scrub("a-hunter2-b-hunter2", "hunter2") == "a-[redacted]-b-[redacted]")
        #expect(scrub("hunter2hunter2", "hunter2") == "[redacted]")
        #expect(scrub("ananana!", "anana") == "[redacted]!")
        #expect(scrub("abcdefgh", "abcdef", "cdefgh") == "[redacted]")
        #expect(scrub("hunter22", "hunter2", "hunter22") == "[redacted]")
    }

    @Test("leaves other text as it is")
    func untouched() {
        let text = "GET https://example.org/a%20b?c=d+e \"f\\n\" gave 500 \u{1F511}: dGVzdA=="
        #expect(scrub(text, "hunter2", "swordfish") == text)
        #expect(scrub(text) == text)
        #expect(scrub(text, "") == text)
        #expect(scrub("hunter", "hunter2") == "hunter")
    }

    @Test("takes short secrets only where they stand alone")
    func short() {
        #expect(scrub("code 42: 142 rows, 42", "42") == "code [redacted]: 142 rows, [redacted]")
        #expect(scrub("user=root:abc@host abcd", "abc") == "user=root:[redacted]@host abcd")
        #expect(scrub("äabc abcé", "abc") == "äabc abcé")
    }

    @Test("takes a secret without the white space at its ends, and the lines and parts of a long one")
    func parts() {
        #expect(scrub("bad key hunter2!", " hunter2\n") == "bad key [redacted]!")
        let key = "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQ\nshort\n-----END KEY-----"
        #expect(scrub("line 2 is 'MIIEvgIBADANBgkqhkiG9w0BAQ', short", key) == "line 2 is '[redacted]', short")
        #expect(scrub("got \(key)", key) == "got [redacted]")
        #expect(scrub("no user of token-of-ann-1", "token-of-bob-1, token-of-ann-1") == "no user of [redacted]")
        #expect(
            scrub(#"{"k":"-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQ\nshort\n-----END KEY-----"}"#, key)
                == #"{"k":"[redacted]"}"#)
    }

    @Test(
        "takes the beginning of a secret that the text's end cuts",
        arguments: ["swordfish-and", "swordfish%2Dan%6", "swordfish\\u002da\\u00"])
    func cutSecret(end: String) {
        #expect(scrub("excerpt: \(end)", "swordfish-and-chips") == "excerpt: [redacted]")
    }

    @Test("cuts long texts, and never through a secret")
    func long() {
        let text = String(repeating: "é", count: 1_990) + "hunter2 and more to come"
        let scrubbed = scrub(text, "hunter2")
        #expect(scrubbed.unicodeScalars.count == Scrubber.maxLength)
        #expect(scrubbed.hasSuffix("[redacted…"))
        let secret = String(repeating: "s3cr3t-", count: 1_000)
        let repeated = String(repeating: secret, count: 10)
        #expect(scrub(repeated, secret) == "[redacted]…")
        #expect(scrub("x" + repeated.dropFirst(7_000 * 9), secret) == "x[redacted]")
    }

    @Test("stays quick when text and secret are made to match almost everywhere")
    func linear() {
        let secret = String(repeating: "a", count: 60_000)
        let scrubbed = scrub(String(repeating: "a", count: 100_000) + "b", secret)
        #expect(scrubbed == "[redacted]…")
        let short = scrub(String(repeating: "a", count: 9_000) + "b", String(repeating: "a", count: 4_000) + "b")
        #expect(short.hasSuffix("…"))
        let matches = scrub(String(repeating: "YWFhYQ", count: 3_000), "aaaa")
        #expect(!matches.contains("YWFhYQ"))
    }

    @Test("shows no secret of its own when it is printed")
    func printed() {
        let scrubber = Scrubber(secrets: [Secret("hunter2")])
        var dumped = "\(scrubber)"
        dump(scrubber, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!dumped.contains("104"))
    }

    @Test("scrubs the texts of an error and leaves its code")
    func error() {
        let error = AppError(
            .secretUndecryptable, "no hunter2", faults: [.init(pointer: "/a", code: "x.y", detail: "was hunter2")],
            details: ["url": "http://u:hunter2@h"])
        let scrubbed = Scrubber(secrets: [Secret("hunter2")]).scrub(error)
        #expect(scrubbed.message == "no [redacted]")
        #expect(scrubbed.faults.map(\.detail) == ["was [redacted]"])
        #expect(scrubbed.details == ["url": "http://u:[redacted]@h"])
        #expect(scrubbed.code == error.code)
    }

    @Test("takes random secrets out of random surroundings in every encoding")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        for _ in 0..<300 {
            let scalars = (0..<Int.random(in: 4...40, using: &generator)).map { _ in
                Unicode.Scalar(UInt32.random(in: 33...0x2FF, using: &generator)).map(Character.init) ?? "x"
            }
            let secret = String(scalars)
            let bytes = Array(secret.utf8)
            let user = String(repeating: "u", count: Int.random(in: 0...6, using: &generator)) + ":"
            let encodings = [
                secret, bytes.map { "%" + hex([$0]) }.joined(), hex(bytes),
                secret.utf16.map { "\\u" + hex([UInt8($0 >> 8), UInt8($0 & 255)]) }.joined(),
                Base64.text(Array((user + secret).utf8), .standard), Base64.text(Array((user + secret).utf8), .urlSafe),
            ]
            for encoded in encodings {
                #expect(scrub("(\(encoded))", secret) == "([redacted])", "seed \(seed), \(secret.debugDescription)")
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
