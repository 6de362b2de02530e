import Foundation
import JSON

extension HostileTokens {
    private var plain: String { TokenForge.claims(kind, at: now) }
    private func untouched() throws -> String { try forge.token(kind, claims: plain) }

    /// Tokens that aren't three parts of canonical base64url.
    func encodings() throws -> [(name: String, token: String)] {
        let token = try untouched()
        let parts = token.split(separator: ".").map(String.init)
        var tokens: [(String, String)] = []
        for place in 0..<3 {
            for (name, change) in Self.spellings {
                var changed = parts
                changed[place] = change(parts[place])
                if changed != parts { tokens.append(("part \(place) \(name)", changed.joined(separator: "."))) }
            }
            var fewer = parts
            fewer.remove(at: place)
            tokens.append(("without part \(place)", fewer.joined(separator: ".")))
        }
        let others = [
            ".", "..", "...", "a.b.c", token + ".", "." + token, token + "." + parts[2], token + "." + token,
            token.replacing(".", with: ".."), token.replacing(".", with: ","), parts.reversed().joined(separator: "."),
            "\(parts[0])..\(parts[1]).\(parts[2]).", "Bearer " + token, "\"\(token)\"", "{\(token)}",
        ]
        return tokens + others.map { ("text \($0.prefix(12))…", $0) }
    }

    private static let spellings: [(String, @Sendable (String) -> String)] = [
        ("empty", { _ in "" }), ("with padding", { $0 + "=" }), ("with two signs of padding", { $0 + "==" }),
        ("with a space", { " " + $0 }), ("with a space inside", { $0.prefix(3) + " " + $0.dropFirst(3) }),
        ("in the other alphabet", { $0 + "+/" }), ("one symbol longer", { $0 + "A" }),
        ("one symbol shorter", { String($0.dropLast()) }), ("with a symbol that isn't one", { $0.dropLast() + "!" }),
        ("percent-encoded", { "%65" + $0.dropFirst() }),
        ("with stray bits in its last symbol", { strayBits($0) }),
    ]

    /// The same bytes written in another way: the bits of the last symbol that no byte uses are set.
    private static func strayBits(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        guard text.count % 4 != 0, let last = text.last, let place = alphabet.firstIndex(of: last) else { return text }
        return text.dropLast() + String(alphabet[place ^ 1])
    }

    /// Headers and claims that aren't one JSON object.
    func texts() throws -> [(name: String, token: String)] {
        let header = TokenForge.header(kind)
        let changes: [(String, (String) -> [UInt8])] = [
            ("empty", { _ in [] }), ("null", { _ in Array("null".utf8) }), ("an array", { Array("[\($0)]".utf8) }),
            ("a string", { Array(JSONValue.string($0).description.utf8) }), ("a number", { _ in Array("1".utf8) }),
            ("cut", { Array($0.utf8.dropLast()) }), ("with text behind it", { Array(($0 + "x").utf8) }),
            ("twice", { Array(($0 + $0).utf8) }), ("with a byte order mark", { [0xEF, 0xBB, 0xBF] + Array($0.utf8) }),
            ("with a NUL behind it", { Array($0.utf8) + [0] }),
            ("in UTF-16", { $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }),
            ("with a comment", { Array(("/**/" + $0).utf8) }),
            ("with a comma too many", { Array(($0.dropLast() + ",}").utf8) }),
            ("in single quotes", { Array($0.replacing("\"", with: "'").utf8) }),
            (
                "with invalid UTF-8",
                { Array($0.utf8.dropLast()) + Array(", \"a\": \"".utf8) + [0xFF] + Array("\"}".utf8) }
            ),
            ("with a lone surrogate", { Array(($0.dropLast() + #", "a": "\ud800"}"#).utf8) }),
            (
                "nested too deeply",
                {
                    Array(
                        ($0.dropLast() + ", \"a\": " + String(repeating: "[", count: 40)
                            + String(repeating: "]", count: 40) + "}").utf8)
                }
            ),
            ("with NaN", { Array(($0.dropLast() + #", "a": NaN}"#).utf8) }),
        ]
        return try changes.flatMap { name, change in
            [
                ("header \(name)", try forge.token(kind, header: change(header), claims: plain.utf8)),
                ("claims \(name)", try forge.token(kind, header: header.utf8, claims: change(plain))),
            ]
        }
            + ["JWE", "dpop+jwt", "logout+jwt", "secevent+jwt", "", .null, 1, ["JWT"]].map { (type: JSONValue) in
                let header = TokenForge.header(kind, ["typ": type])
                return ("typ \(type)", try forge.token(kind, header: header, claims: plain))
            }
    }

    /// Tokens that are too long, cut off, or damaged in a byte of the signature.
    func sizes() throws -> [(name: String, token: String)] {
        let token = try untouched()
        let padded = TokenForge.claims(kind, at: now, ["x": .string(String(repeating: "a", count: 6_200))])
        var tokens = [
            ("over 8 KB", try forge.token(kind, claims: padded)), ("100 KB", String(repeating: "a", count: 100_000)),
            ("over 8 KB by its signature", token + String(repeating: "A", count: 8_192)),
        ]
        for length in stride(from: 1, to: token.count, by: max(token.count / 20, 1)) {
            tokens.append(("cut to \(length)", String(token.prefix(length))))
        }
        let parts = token.split(separator: ".")
        for place in stride(from: 0, to: parts[2].count - 1, by: max(parts[2].count / 12, 1)) {
            var signature = Array(parts[2])
            signature[place] = signature[place] == "A" ? "B" : "A"
            tokens.append(("signature damaged at \(place)", "\(parts[0]).\(parts[1]).\(String(signature))"))
        }
        return tokens
    }
}
