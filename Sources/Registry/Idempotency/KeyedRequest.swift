import Domain
import JSON
import Vault

/// What makes a request the same as another: its key, and everything that it asks.
public struct KeyedRequest: Sendable {
    private static let keyPurpose = "tributary/v1/idempotency-key"
    private static let requestPurpose = "tributary/v1/idempotency-request"

    /// 1 to 255 visible ASCII characters.
    public var key: String
    public var method: String
    public var path: String
    /// As it was sent, without the question mark.
    public var query: String
    /// As it was sent.
    public var body: [UInt8]

    /// Takes the parts of a request as they came.
    public init(key: String, method: String, path: String, query: String, body: [UInt8]) {
        self.key = key
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// What the answer is kept under: 32 bytes that tell nothing of the key and are another principal's for nobody else
    /// (Invariant 5).
    func id(for caller: Caller, _ vault: Vault) throws -> [UInt8] {
        let principal: [JSONValue] = [
            .string(caller.scope.tenant.rawValue), caller.scope.app.map { .string($0.rawValue) } ?? .null,
            .string(caller.subject), .string(key),
        ]
        return try vault.mac(purpose: Self.keyPurpose, message: JSONValue.array(principal).serialized())
    }

    /// 32 bytes that are another request's for no other; a code under a key, so that nobody can try out bodies on it.
    func fingerprint(_ vault: Vault) throws -> [UInt8] {
        let head = JSONValue.array([.string(method), .string(path), .string(query)]).serialized()
        return try vault.mac(purpose: Self.requestPurpose, message: head + body)
    }
}
