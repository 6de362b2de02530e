/// Requests that no server may take, as the bytes that are sent.
struct MalformedRequests {
    let token: String
    let source: String

    /// All of them by name.
    var all: [(String, [UInt8])] { lines + fields + framings + bodies + pushes }

    private func head(_ line: String, _ fields: String = "", host: String = "Host: x\r\n") -> [UInt8] {
        Array((line + "\r\n" + host + "Authorization: Bearer \(token)\r\n" + fields + "\r\n").utf8)
    }

    private func get(_ path: String, _ fields: String = "") -> [UInt8] { head("GET \(path) HTTP/1.1", fields) }

    private func post(_ fields: String, _ body: String = "") -> [UInt8] {
        head("POST /api/v1/datasources HTTP/1.1", "Content-Type: application/json\r\n" + fields) + Array(body.utf8)
    }

    private func body(_ text: String) -> (String, [UInt8]) {
        ("body \(text.prefix(40))", post(bytes: Array(text.utf8)))
    }

    private func post(bytes: [UInt8], to path: String = "/api/v1/datasources", type: String = "application/json")
        -> [UInt8]
    {
        head("POST \(path) HTTP/1.1", "Content-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n") + bytes
    }

    private var lines: [(String, [UInt8])] {
        let long = String(repeating: "a", count: 9_000)
        return [
            ("unknown method", head("FOO /health HTTP/1.1")), ("lower-case method", head("get /health HTTP/1.1")),
            ("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 0x0D, 0x0A, 0x0D, 0x0A]),
            ("HTTP/2.0", head("GET /health HTTP/2.0")), ("HTTP/9.9", head("GET /health HTTP/9.9")),
            ("HTTP/0.9", Array("GET /health\r\n\r\n".utf8)),
            ("HTTP/2 preface", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)),
            ("no version number", head("GET /health HTTP/x")), ("space first", head(" GET /health HTTP/1.1")),
            ("tabs", head("GET\t/health\tHTTP/1.1")), ("space last", head("GET /health HTTP/1.1 ")),
            ("no target", head("GET HTTP/1.1")), ("ftp target", head("GET ftp://x/health HTTP/1.1")),
            ("star target", head("OPTIONS * HTTP/1.1")), ("CONNECT", head("CONNECT x:443 HTTP/1.1")),
            ("relative target", head("GET health HTTP/1.1")), ("fragment", get("/health#x")),
            ("percent NUL", get("/api/v1/datasources/%00")), ("percent not UTF-8", get("/api/v1/datasources/%ff%fe")),
            ("percent overlong", get("/api/v1/datasources/%c0%af")), ("percent broken", get("/api/v1/datasources/%zz")),
            ("percent cut", get("/api/v1/datasources/%2")), ("raw UTF-8", get("/api/v1/datasources/ä")),
            ("percent newline", get("/api/v1/datasources/%0a")), ("raw NUL", get("/api/v1/data\0sources")),
            ("query broken", get("/api/v1/datasources?q=%zz")), ("query unknown", get("/api/v1/datasources?nothing=1")),
            ("query twice", get("/api/v1/datasources?limit=1&limit=2")), ("limit", get("/api/v1/datasources?limit=-1")),
            ("long target", get("/" + long)), ("long query", get("/health?a=" + long)),
            ("long method", head(long.uppercased() + " /health HTTP/1.1")),
            ("half a head", Array("GET /health HTT".utf8)),
        ]
    }

    private var fields: [(String, [UInt8])] {
        let many = (0..<200).map { "X-A\($0): a\r\n" }.joined()
        let large = (0..<10).map { "X-A\($0): " + String(repeating: "a", count: 4_000) + "\r\n" }.joined()
        return [
            ("no host", head("GET /health HTTP/1.1", host: "")),
            ("two hosts", head("GET /health HTTP/1.1", host: "Host: x\r\nHost: y\r\n")),
            ("host with a path", head("GET /health HTTP/1.1", host: "Host: x/y\r\n")),
            ("bare LF", Array("GET /health HTTP/1.1\nHost: x\n\n".utf8)),
            ("folded", get("/health", "X-A: b\r\n c\r\n")),
            ("space before colon", get("/health", "X-A : b\r\n")), ("no colon", get("/health", "XA\r\n")),
            ("no name", get("/health", ": a\r\n")), ("bad name", get("/health", "X(A: a\r\n")),
            ("NUL in a field", get("/health", "X-A: a\0b\r\n")),
            ("control in a field", get("/health", "X-A: a\u{1}b\r\n")),
            ("CR in a field", get("/health", "X-A: a\rb\r\n")), ("200 fields", get("/health", many)),
            ("40 KB of fields", get("/health", large)),
            ("9 KB field", get("/health", "X-A: " + String(repeating: "a", count: 9_000) + "\r\n")),
            ("unknown expectation", post("Expect: x\r\nContent-Length: 2\r\n", "{}")),
            ("accepts no JSON", get("/api/v1/datasources", "Accept: text/html\r\n")),
            ("two tokens", get("/api/v1/datasources", "Authorization: Bearer x\r\n")),
            ("bad If-Match", head("DELETE /api/v1/datasources/\(source) HTTP/1.1", "If-Match: x\r\n")),
            ("bad Idempotency-Key", post("Idempotency-Key: a b\r\nContent-Length: 2\r\n", "{}")),
        ]
    }

    private var framings: [(String, [UInt8])] {
        let chunked = "Transfer-Encoding: chunked\r\n"
        return [
            ("length and chunks", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n")),
            ("two lengths alike", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
            ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")),
            ("negative length", post("Content-Length: -2\r\n", "{}")),
            ("signed length", post("Content-Length: +2\r\n", "{}")),
            ("list of lengths", post("Content-Length: 2, 2\r\n", "{}")),
            ("hex length", post("Content-Length: 0x2\r\n", "{}")),
            ("endless length", post("Content-Length: 99999999999999999999999999\r\n", "{}")),
            ("too long", post("Content-Length: 2000000\r\n", "{}")),
            ("too long, waiting", post("Content-Length: 99999999\r\nExpect: 100-continue\r\n")),
            ("gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
            ("chunked twice", post(chunked + chunked, "0\r\n\r\n")),
            ("xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
            ("identity", post("Transfer-Encoding: identity\r\n", "{}")),
            ("chunks in HTTP/1.0", head("POST /api/v1/datasources HTTP/1.0", chunked) + Array("0\r\n\r\n".utf8)),
            ("chunk garbage", post(chunked, "zz\r\n{}\r\n")),
            ("endless chunk", post(chunked, "FFFFFFFFFFFFFFFFFF\r\n{}\r\n")),
            ("chunk without end", post(chunked, "2\r\n{}XX0\r\n\r\n")),
            ("chunk with LF", post(chunked, "2\n{}\n0\n\n")),
            ("half a body", post("Content-Length: 20\r\n", "{}")),
            ("gzip body", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}")),
        ]
    }

    private var bodies: [(String, [UInt8])] {
        let deep = String(repeating: "[", count: 100_000)
        return [
            body(""), body("{"), body("}"), body("nul"), body("{\"a\":}"), body("{\"a\":1,}"), body("{a:1}"),
            body("{'a':1}"),
            body("{\"a\":01}"), body("{\"a\":1.}"), body("{\"a\":NaN}"), body("{\"a\":\"\\x\"}"),
            body("{\"a\":\"\u{1}\"}"),
            body("{\"a\":\"\\ud800\"}"), body("{\"a\":1,\"a\":2}"), body("{\"a\":1,\"\\u0061\":2}"), body("{} {}"),
            body("[]"),
            body("\"text\""), body(deep), body(String(repeating: "{\"a\":", count: 50_000)),
            body("{\"name\":\"" + String(repeating: "x", count: 900_000) + "\"}"),
            ("not UTF-8", post(bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])),
            ("UTF-16", post(bytes: [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D])),
            ("another type", post(bytes: Array("{}".utf8), type: "text/plain")),
            ("another charset", post(bytes: Array("{}".utf8), type: "application/json; charset=utf-16")),
        ]
    }

    private var pushes: [(String, [UInt8])] {
        let path = "/api/v1/datasources/\(source)/records/o"
        func push(_ text: String, _ type: String = "application/json") -> (String, [UInt8]) {
            ("push \(text.prefix(40))", post(bytes: Array(text.utf8), to: path, type: type))
        }
        return [
            push("{}"), push("[{\"id\":1}"), push("[{\"id\":1},{\"id\":1,\"id\":2}]"), push("[{\"id\":1}]]"),
            push("{\"id\":1}\n{\"id\":", "application/x-ndjson"), push("{\"id\":1}\nx\n", "application/jsonl"),
            push("[" + String(repeating: "[", count: 100_000)), push("[{\"id\":1}]", "text/csv"),
        ]
    }
}
