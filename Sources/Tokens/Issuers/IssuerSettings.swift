public import Domain
import JSON
import Vault

/// The setting `TRIBUTARY_JWT_ISSUERS`: a JSON array of `{iss, aud?, alg, kid?, secret | jwks_file | jwks_url}`.
///
/// - `iss`: the issuer's name, 1 to 255 characters; each once, and not `tributary`, which is the built-in issuer's.
/// - `aud`: a string or an array of strings; a token must be for one of them.
/// - `alg`: one of ``SignatureAlgorithm``. `secret` goes with `HS256`; `jwks_file` with any, `HS256` for `oct` keys;
///   `jwks_url` with all but `HS256`, whose key nobody may publish.
/// - `kid`: the secret's id, or the only key of the set that is used.
/// - `secret`: the HMAC key as plain text: its UTF-8 bytes, not decoded in any way.
/// - `jwks_file`: the path of a JWK Set (RFC 7517), read at start, at most 1 MiB and 100 keys.
/// - `jwks_url`: where a JWK Set of the same bounds is published, http or https; fetched while the server runs.
///
/// Messages name an issuer by its place in the array, from 0, and hold no value.
public struct IssuerSettings: Sendable {
    /// The most issuers.
    public static let maxIssuers = 100
    public static let maxFileBytes = 1 << 20
    /// RFC 7518 section 3.2: an HMAC key has at least the length of the hash.
    static let goodSecretBytes = 32

    private static let members: Set<String> = ["iss", "aud", "alg", "kid", "secret", "jwks_file", "jwks_url"]

    /// The issuers, in the order of the setting.
    public private(set) var issuers: [Issuer] = []
    /// Sentences on what works but shouldn't be so, for the log at start; they hold no value.
    public private(set) var warnings: [String] = []
    /// The URLs of key sets with their issuers' places, for whoever knows what a good URL is.
    public private(set) var urls: [(issuer: Int, url: String)] = []
    private let fetching: KeySetFetching?

    /// Reads the setting and the files that it names; no URL is fetched by that.
    ///
    /// Without `fetching` issuers by URL have no keys, which is enough for a command that verifies nothing.
    /// Errors: `issuers.malformed`, `issuers.jwks_unreadable`, `issuers.weak_key`, `issuers.no_key`.
    public init(setting: Secret<String>, fetching: KeySetFetching? = nil) throws {
        try self.init(setting: setting, fetching: fetching, readFile: Self.read)
    }

    /// As above; `readFile` gives a file's content, nil where it can't be read.
    init(setting: Secret<String>, fetching: KeySetFetching? = nil, readFile: (String) -> [UInt8]?) throws {
        self.fetching = fetching
        // The parser's message would be harmless, but its place in a text that nobody sees helps nobody.
        guard let entries = setting.withExposed({ try? JSONValue(parsing: $0) })?.arrayValue,
            entries.count <= Self.maxIssuers
        else { throw AppError(.issuersMalformed) }
        for (index, entry) in entries.enumerated() {
            let issuer = try issuer(entry, at: index, readFile: readFile)
            guard !issuers.contains(where: { $0.name.isIdentical(to: issuer.name) }) else {
                throw Self.malformed(index, "has the iss of an issuer before it")
            }
            issuers.append(issuer)
        }
    }

    private mutating func issuer(
        _ entry: JSONValue, at index: Int, readFile: (String) -> [UInt8]?
    ) throws -> Issuer {
        guard let object = entry.objectValue else { throw Self.malformed(index, "isn't an object") }
        guard object.names.allSatisfy(Self.members.contains) else {
            throw Self.malformed(
                index, "has a member that isn't one of iss, aud, alg, kid, secret, jwks_file, jwks_url")
        }
        guard let name = object["iss"]?.stringValue, Claims.isSubject(name) else {
            throw Self.malformed(index, "needs an iss of 1 to \(Claims.maxSubjectLength) characters")
        }
        guard !name.isIdentical(to: BuiltInIssuer.name) else {
            throw Self.malformed(index, "has the iss of the built-in issuer, \(BuiltInIssuer.name)")
        }
        guard let algorithm = object["alg"]?.stringValue.flatMap(SignatureAlgorithm.init) else {
            let names = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.malformed(index, "needs an alg that is one of \(names)")
        }
        let audiences = try Self.audiences(object, index)
        if let url = object["jwks_url"] {
            return Issuer(
                name: name, audiences: audiences,
                remoteKeys: try remoteKeys(of: name, url: url, object, algorithm, at: index))
        }
        return Issuer(
            name: name, audiences: audiences, keys: try keys(object, algorithm, at: index, readFile: readFile))
    }

    private mutating func remoteKeys(
        of name: String, url: JSONValue, _ object: JSONObject, _ algorithm: SignatureAlgorithm, at index: Int
    ) throws -> RemoteKeySet {
        guard let url = url.stringValue, object["secret"] == nil, object["jwks_file"] == nil else {
            throw Self.malformed(index, "needs one of secret, jwks_file and jwks_url, as a string")
        }
        guard algorithm != .hs256 else {
            throw Self.malformed(index, "has a jwks_url with the alg HS256, whose key nobody may publish")
        }
        let kid = try Self.kid(object, index)
        urls.append((index, url))
        return RemoteKeySet(issuer: name, url: url, fetching: fetching) { bytes in
            try KeySet(bytes, algorithm: algorithm, kid: kid, issuer: index, origin: .url)
        }
    }

    private static func kid(_ object: JSONObject, _ index: Int) throws -> String? {
        let kid = object["kid"]?.stringValue
        guard object["kid"] == nil || kid?.isEmpty == false else { throw malformed(index, "has an invalid kid") }
        return kid
    }

    private static func audiences(_ object: JSONObject, _ index: Int) throws -> [String] {
        guard let value = object["aud"] else { return [] }
        let names = value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue) ?? []
        guard !names.isEmpty, names.count == value.arrayValue?.count ?? 1, !names.contains("") else {
            throw malformed(index, "has an aud that is neither a string nor an array of strings")
        }
        return names
    }

    private mutating func keys(
        _ object: JSONObject, _ algorithm: SignatureAlgorithm, at index: Int, readFile: (String) -> [UInt8]?
    ) throws -> [VerificationKey] {
        let kid = try Self.kid(object, index)
        switch (object["secret"], object["jwks_file"]) {
        case (.string(let secret), nil):
            guard algorithm == .hs256, !secret.isEmpty else {
                throw Self.malformed(index, "has a secret, which must not be empty and goes with the alg HS256")
            }
            if secret.utf8.count < Self.goodSecretBytes {
                warnings.append(
                    "Issuer \(index) has a secret under \(Self.goodSecretBytes) bytes, which can be guessed.")
            }
            return [VerificationKey(kid: kid, secret: Array(secret.utf8))]
        case (nil, .string(let path)):
            guard let bytes = readFile(path) else {
                throw AppError(
                    .issuersFileUnreadable,
                    "The jwks_file of issuer \(index) can't be read or is over \(Self.maxFileBytes) bytes.")
            }
            let set = try KeySet(bytes, algorithm: algorithm, kid: kid, issuer: index)
            warnings += set.warnings
            return set.keys
        default: throw Self.malformed(index, "needs one of secret, jwks_file and jwks_url, as a string")
        }
    }

    /// nil for whatever reason: the message names the issuer, and the reason is a look at the file away.
    private static func read(_ path: String) -> [UInt8]? {
        (try? PrivateFile(reading: path, followsLinks: true).content(limit: maxFileBytes)) ?? nil
    }

    static func malformed(_ index: Int, _ what: String) -> AppError {
        AppError(.issuersMalformed, "Issuer \(index) of the setting \(what).")
    }
}

extension ErrorCode {
    /// The issuers' setting or a file that it names isn't of its form.
    public static let issuersMalformed = ErrorCode(
        "issuers.malformed", .invalid,
        "The setting of token issuers must be a JSON array of {iss, aud?, alg, kid?, secret or jwks_file or jwks_url}.")
    /// A key set's file isn't there or is too large.
    public static let issuersFileUnreadable = ErrorCode(
        "issuers.jwks_unreadable", .invalid, "A jwks_file can't be read.")
    /// A key is too short to be trusted.
    public static let issuersWeakKey = ErrorCode("issuers.weak_key", .invalid, "A key of a key set is too short.")
    /// No key can verify what the issuer is configured for.
    public static let issuersNoKey = ErrorCode(
        "issuers.no_key", .invalid, "A key set holds no key for its issuer's alg.")
}
