import HTTPFetch
import Testing

@Suite("A reference to a URL")
struct URLReferenceTests {
    @Test(
        "is resolved against its base as RFC 3986 has it",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("g;x=1/../y", "http://a/b/c/y"),
            ("https://other/x", "https://other/x"), ("v1:x", "v1:x"),
        ])
    func examples(_ example: (reference: String, url: String)) {
        #expect(URLReference.resolved(example.reference, against: "http://a/b/c/d;p?q") == example.url)
    }

    @Test("stands below a base without a path")
    func bareHost() {
        #expect(URLReference.resolved("x", against: "https://api.example.com") == "https://api.example.com/x")
    }
}
