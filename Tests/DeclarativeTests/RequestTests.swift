import Domain
import HTTPFetch
import Interpolation
import Testing

@testable import Declarative

@Suite("Making requests")
struct RequestTests {
    @Test(
        "joins base and path as Python does",
        arguments: [
            ("https://a.example/v1", "x/y", "https://a.example/v1/x/y"),
            ("https://a.example/v1/", "x", "https://a.example/v1/x"),
            ("https://a.example//v1", "x", "https://a.example/v1/x"),
            ("https://a.example/v1", "../v2/x", "https://a.example/v2/x"),
            ("https://a.example/v1", "https://b.example/n?p=2", "https://b.example/n?p=2"),
            ("https://a.example/v1", "", "https://a.example/v1"),
        ])
    func joining(_ example: (base: String, path: String, url: String)) {
        #expect(RequestURL.joined(example.base, path: example.path) == example.url)
    }

    @Test(
        "encodes URLs and parameters as Python's requests does",
        arguments: [
            ("https://a.example", [:], "https://a.example/"),
            ("https://a.example/a b", ["q": "x y&z"], "https://a.example/a%20b?q=x+y%26z"),
            ("https://a.example/%7euser?a=%2f", [:], "https://a.example/~user?a=%2F"),
            ("https://a.example/x?a=1", ["a": 1, "b": [1, "2"], "c": .none], "https://a.example/x?a=1&b=1&b=2"),
            ("https://a.example/x?a=1", ["a": 2], "https://a.example/x?a=1&a=2"),
            ("HTTPS://a.example/x#part", ["t": true], "https://a.example/x?t=True"),
            ("https://a.example/100%", [:], "https://a.example/100%25"),
        ] as [(String, Mapping, String)])
    func encoding(_ example: (url: String, parameters: Mapping, sent: String)) {
        #expect(RequestURL.adding(example.parameters, to: example.url) == example.sent)
    }

    @Test("writes bodies with their types, and refuses two")
    func bodies() throws {
        var options = RequestOptions()
        options.bodyJSON = ["a": 1]
        var request = try RequestBuilding.request("POST", "https://a.example", options)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"a":1}"#)
        #expect(request.headers.contains(HTTPField("Content-Type", "application/json")))
        options.bodyData = ["b": ["x y", 2]]
        #expect(throws: AppError.self) { try RequestBuilding.request("POST", "https://a.example", options) }
        options.bodyJSON = [:]
        request = try RequestBuilding.request("POST", "https://a.example", options)
        #expect(String(decoding: request.body, as: UTF8.self) == "b=x+y&b=2")
        #expect(try RequestBuilding.request("DELETE", "https://a.example", options).body.isEmpty)
    }

    @Test("refuses the same name twice, but for equal values in a JSON body")
    func collisions() throws {
        var options = RequestOptions()
        try options.add(1, at: "a", in: \.parameters)
        #expect(throws: AppError.self) { try options.add(1, at: "a", in: \.parameters) }
        try options.addJSON(1, at: ["x", "y"])
        try options.addJSON(1, at: ["x", "y"])
        try options.addJSON(2, at: ["x", "z"])
        #expect(options.bodyJSON == ["x": ["y": 1, "z": 2]])
        #expect(throws: AppError.self) { try options.addJSON(3, at: ["x", "y"]) }
    }

    @Test("refuses header values that break the line")
    func headers() {
        var options = RequestOptions()
        options.headers = ["X-A": "a\r\nX-B: b"]
        #expect(throws: AppError.self) { try RequestBuilding.request("GET", "https://a.example", options) }
    }

    @Test("reads the Link field by relation")
    func links() {
        let field = HTTPField("link", #"<https://a.example/2>; rel="next", <https://a.example/9>; rel=last; title="x""#)
        let relations = LinkField.relations(of: [field])
        #expect(relations["next"]?["url"] == "https://a.example/2" && relations["last"]?["rel"] == "last")
    }

    @Test("signs tokens with a shared secret as the standard's own example does")
    func signature() throws {
        // RFC 7515, A.1: the signing input and the key of an HS256 token.
        let input =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signature = try SigningAlgorithm.HS256.signature(of: Array(input.utf8), key: "secret")
        #expect(signature.count == 32)
        #expect(throws: AppError.self) { try SigningAlgorithm.RS256.signature(of: [1], key: "no key") }
    }
}
