import JSON
import Vault

/// A token taken apart (RFC 7519 in the compact form of RFC 7515 section 7.1), nothing of it believed yet.
struct CompactToken {
    static let maxBytes = 8192
    /// Header members that would let a token bring its own key or be read in another way.
    private static let forbidden = ["crit", "jwk", "jku", "x5u", "x5c", "zip", "b64"]
    /// `typ` (RFC 7519 section 5.1, RFC 9068 section 2.1) of what may stand in for an access token.
    private static let types: Set<String> = ["jwt", "application/jwt", "at+jwt", "application/at+jwt"]
    private static let parser = JSONParser(limits: JSONLimits(maxDepth: 16, maxBytes: maxBytes))

    let algorithm: String
    let kid: String?
    let claims: JSONObject
    /// What was signed: the first two parts as they were sent.
    let message: [UInt8]
    let signature: [UInt8]

    init(_ token: String) throws(TokenRefusal) {
        guard (1...Self.maxBytes).contains(token.utf8.count) else { throw .size }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts.contains(where: \.isEmpty),
            let header = Base64.decode(parts[0], .urlSafe), let payload = Base64.decode(parts[1], .urlSafe),
            let signature = Base64.decode(parts[2], .urlSafe)
        else { throw .parts }
        (algorithm, kid) = try Self.read(header: try Self.object(header))
        claims = try Self.object(payload)
        message = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
    }

    private static func object(_ bytes: [UInt8]) throws(TokenRefusal) -> JSONObject {
        // Where and why it isn't JSON is of no use to anyone who may know it.
        guard let object = (try? parser.parse(bytes))?.objectValue else { throw .json }
        return object
    }

    private static func read(header: JSONObject) throws(TokenRefusal) -> (algorithm: String, kid: String?) {
        guard forbidden.allSatisfy({ header[$0] == nil }) else { throw .forbiddenHeader }
        guard let algorithm = header["alg"]?.stringValue else { throw .header }
        if let type = header["typ"] {
            guard let type = type.stringValue, types.contains(type.lowercased()) else { throw .header }
        }
        guard let kid = header["kid"] else { return (algorithm, nil) }
        guard let kid = kid.stringValue else { throw .header }
        return (algorithm, kid)
    }
}

extension String {
    /// Whether both are the same bytes; `==` takes texts that only look the same for equal.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
