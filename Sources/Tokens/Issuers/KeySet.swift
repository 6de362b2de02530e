import Domain
import JSON
import Vault

/// A JWK Set (RFC 7517 section 5): the keys in it that are for verifying with one algorithm.
///
/// A key of another kind, use or algorithm is passed over with a warning, as RFC 7517 section 5 wants. One that is meant
/// but broken is an error in a file, whose author is told at start, and passed over too in what comes from a URL, where
/// it must not keep the good ones from being used.
struct KeySet {
    private(set) var keys: [VerificationKey] = []
    private(set) var warnings: [String] = []

    /// Where a set comes from, as messages name it.
    enum Origin: String, Sendable {
        case file = "jwks_file"
        case url = "jwks_url"
    }

    init(
        _ bytes: [UInt8], algorithm: SignatureAlgorithm, kid: String?, issuer: Int, origin: Origin = .file
    ) throws {
        // The file's fault is named by its issuer; the parser's detail adds little and could quote a name.
        guard let entries = (try? JSONValue(parsing: bytes))?["keys"]?.arrayValue, entries.count <= Issuer.maxKeys
        else {
            throw IssuerSettings.malformed(
                issuer, "has a \(origin.rawValue) that isn't a JWK Set of at most \(Issuer.maxKeys) keys")
        }
        for (index, entry) in entries.enumerated() {
            let place = "key \(index) of the \(origin.rawValue) of issuer \(issuer)"
            do {
                try take(KeyEntry(entry, algorithm, place), kid: kid, issuer: issuer)
            } catch let error as AppError where origin == .url {
                warnings.append("Skipped \(place): \(error.message)")
            }
        }
        guard !keys.isEmpty else {
            throw AppError(
                .issuersNoKey, "The \(origin.rawValue) of issuer \(issuer) holds no key for \(algorithm.rawValue).")
        }
    }

    private mutating func take(_ entry: KeyEntry, kid: String?, issuer: Int) throws {
        guard let key = try entry.verificationKey() else {
            warnings.append("Skipped \(entry.place): it isn't for verifying \(entry.algorithm.rawValue).")
            return
        }
        if let kid, key.kid?.isIdentical(to: kid) != true { return }
        guard !keys.contains(where: { $0.kid == key.kid }) else {
            throw IssuerSettings.malformed(issuer, "has a key set with two keys of the same kid or without any")
        }
        keys.append(key)
    }
}

/// One JWK, with what is wanted of it and its place for messages.
private struct KeyEntry {
    private let object: JSONObject
    let algorithm: SignatureAlgorithm
    let place: String

    init(_ entry: JSONValue, _ algorithm: SignatureAlgorithm, _ place: String) throws {
        guard let object = entry.objectValue else { throw AppError(.issuersMalformed, "The \(place) isn't an object.") }
        self.object = object
        self.algorithm = algorithm
        self.place = place
    }

    /// nil when the key is for something else.
    func verificationKey() throws -> VerificationKey? {
        guard isMeant else { return nil }
        let kid = try text("kid")
        switch algorithm {
        case .hs256:
            let secret = try bytes("k")
            guard secret.count >= IssuerSettings.goodSecretBytes else { throw weak }
            return VerificationKey(kid: kid, secret: secret)
        case .rs256, .ps256:
            let (modulus, exponent) = (try bytes("n"), try bytes("e"))
            guard modulus.drop(while: { $0 == 0 }).count * 8 >= VerificationKey.minRSABits else { throw weak }
            return try usable {
                try VerificationKey(kid: kid, algorithm: algorithm, modulus: modulus, exponent: exponent)
            }
        case .es256, .es384, .edDSA:
            let point = algorithm == .edDSA ? try bytes("x") : try bytes("x") + bytes("y")
            return try usable { try VerificationKey(kid: kid, algorithm: algorithm, point: point) }
        }
    }

    /// RFC 7517 sections 4.1 to 4.4, RFC 7518 section 6, RFC 8037 section 2.
    private var isMeant: Bool {
        let operations = object["key_ops"]?.arrayValue
        return (object["alg"] == nil || object["alg"]?.stringValue == algorithm.rawValue)
            && (object["use"] == nil || object["use"]?.stringValue == "sig")
            && (operations == nil || operations?.contains("verify") == true)
            && object["kty"]?.stringValue == kind.type
            && (kind.curve == nil || object["crv"]?.stringValue == kind.curve)
    }

    private var kind: (type: String, curve: String?) {
        switch algorithm {
        case .hs256: ("oct", nil)
        case .rs256, .ps256: ("RSA", nil)
        case .es256: ("EC", "P-256")
        case .es384: ("EC", "P-384")
        case .edDSA: ("OKP", "Ed25519")
        }
    }

    private func text(_ name: String) throws -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue, !text.isEmpty else { throw broken(name) }
        return text
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        guard let bytes = try text(name).flatMap({ Base64.decode($0.utf8, .urlSafe) }) else { throw broken(name) }
        return bytes
    }

    /// BoringSSL's own reasons say nothing to whoever made the file.
    private func usable(_ make: () throws -> VerificationKey) throws -> VerificationKey {
        do { return try make() } catch { throw AppError(.issuersMalformed, "The \(place) isn't a usable public key.") }
    }

    private func broken(_ name: String) -> AppError {
        AppError(.issuersMalformed, "The \(place) has no valid \(name).")
    }

    private var weak: AppError {
        AppError(
            .issuersWeakKey,
            "The \(place) is too short: RSA from \(VerificationKey.minRSABits) bits, HMAC from 256 bits.")
    }
}
