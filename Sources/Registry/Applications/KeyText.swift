import Crypto
public import Domain
import Vault

/// An API key as its owner has it: `trib_<public id>_<secret>`. The public id is the ULID of the key's id, the secret 32
/// random bytes in base64url, 43 characters.
struct KeyText: Sendable {
    static let secretBytes = 32
    static let hashBytes = 32
    private static let start = "trib_"
    private static let secretLength = 43

    let id: APIKeyID
    /// SHA-256 of the secret's text.
    let hash: [UInt8]
    let whole: Secret<String>

    /// Makes a new one.
    init(id: APIKeyID, random: RandomBytes) {
        self.id = id
        let secret = Base64.text(random(Self.secretBytes), .urlSafe)
        hash = Self.hash(secret)
        whole = Secret(Self.prefix(of: id) + "_" + secret)
    }

    /// Reads one; nil where it hasn't the form.
    init?(_ text: Secret<String>) {
        let parts = text.withExposed { text -> (APIKeyID, [UInt8])? in
            guard text.hasPrefix(Self.start), text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
            let rest = text.dropFirst(Self.start.count)
            let sides = rest.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, sides[1].utf8.count == Self.secretLength,
                let id = APIKeyID(APIKeyKind.prefix + sides[0])
            else { return nil }
            return (id, Self.hash(String(sides[1])))
        }
        guard let parts else { return nil }
        (id, hash) = parts
        whole = text
    }

    /// What of a key may be shown, to tell it from others: all but the secret.
    static func prefix(of id: APIKeyID) -> String { start + id.rawValue.dropFirst(APIKeyKind.prefix.count) }

    private static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }
}

extension APIKey {
    /// The beginning of the key's text, to tell it from others; opens nothing.
    public var prefix: String { KeyText.prefix(of: id) }
}
