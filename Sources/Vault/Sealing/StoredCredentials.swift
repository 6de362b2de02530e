public import Domain
import JSON
public import StoreAPI

/// Keeps the credentials of a registered DataSource in the store, sealed.
///
/// Who renews says so in the row first, for ``renewalTime``: whoever else comes waits, in this process and in others. A
/// process that dies meanwhile is waited for no longer than that.
public struct StoredCredentials: CredentialKeeping {
    /// How long one renewal may take.
    static let renewalTime = Duration.seconds(30)
    /// How often who waits looks, and how often at most.
    static let pause = Duration.milliseconds(200)
    static let mostLooks = 300

    private let store: any Store
    private let vault: Vault
    private let scope: Scope
    private let source: DataSourceID
    private let config: JSONObject
    private let secrets: [String: Secret<String>]
    private let clock: MonotonicClock
    private let renewer: String

    /// `secrets` are those of the config: credentials that were made from others aren't used any more. `renewer` is unique.
    public init(
        of source: DataSource, secrets: [String: Secret<String>], store: any Store, vault: Vault,
        clock: MonotonicClock, renewer: String
    ) {
        self.store = store
        self.vault = vault
        self.scope = Scope(tenant: source.tenant, app: source.app)
        self.source = source.id
        self.config = source.config
        self.secrets = secrets
        self.clock = clock
        self.renewer = renewer
    }

    private var basis: [UInt8] {
        get throws { try vault.basis(config: config, secrets: secrets, of: source) }
    }

    public func current() async throws -> Credentials? {
        try await store.read(scope) { transaction in
            try transaction.credentials.find(source).flatMap { try open($0, in: transaction) }
        }
    }

    public func renew(
        after old: Credentials?, _ make: @escaping @Sendable (Credentials?) async throws -> [String: Secret<String>]
    ) async throws -> Credentials {
        for _ in 0..<Self.mostLooks {
            switch try await store.write(scope, { try takeTurn(after: old, in: $0) }) {
            case .renewed(let credentials): return credentials
            case .another: try await clock.sleep(Self.pause)
            case .mine(let kept):
                let values: [String: Secret<String>]
                do {
                    values = try await make(kept)
                } catch {
                    // Others needn't wait for the time to run out; if this fails they do.
                    try? await store.write(scope) { try giveTurnBack(in: $0) }
                    throw error
                }
                return try await store.write(scope) { try keep(values, in: $0) }
            }
        }
        throw AppError(.credentialsBusy, recovery: .retry)
    }

    private enum Turn {
        case renewed(Credentials)
        case mine(Credentials?)
        case another
    }

    private func takeTurn(after old: Credentials?, in transaction: any StoreTransaction) throws -> Turn {
        try requireSource(in: transaction)
        var row = try transaction.credentials.begin(source)
        let kept = try open(row, in: transaction)
        if let kept, kept.version > old?.version ?? 0 { return .renewed(kept) }
        if let until = row.renewsUntil, until > transaction.now { return .another }
        row.renewer = renewer
        row.renewsUntil = transaction.now + Self.renewalTime
        try transaction.credentials.save(row, of: source)
        return .mine(kept)
    }

    private func giveTurnBack(in transaction: any StoreTransaction) throws {
        var row = try transaction.credentials.begin(source)
        guard row.renewer == renewer else { return }
        row.renewer = nil
        row.renewsUntil = nil
        try transaction.credentials.save(row, of: source)
    }

    private func keep(_ values: [String: Secret<String>], in transaction: any StoreTransaction) throws -> Credentials {
        try requireSource(in: transaction)
        let row = try transaction.credentials.begin(source)
        let object = JSONObject(
            values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.withExposed { $0 })) })
        let sealed = try vault.seal(
            JSONValue.object(object).serialized(), for: .credentials(of: source), in: transaction)
        let made = SealedCredentials(version: row.version + 1, basis: try basis, sealed: sealed)
        try transaction.credentials.save(made, of: source)
        return Credentials(version: made.version, values: values)
    }

    /// Secrets that were erased don't come back.
    private func requireSource(in transaction: any StoreTransaction) throws {
        guard let found = try transaction.sources.find(source), !found.isDeleted, found.status != .disconnected else {
            throw AppError(.credentialsGone, recovery: .fixConfig)
        }
    }

    /// nil for a row that holds nothing, or what another config made.
    private func open(_ row: SealedCredentials, in transaction: any StoreTransaction) throws -> Credentials? {
        guard row.version > 0, row.basis == (try basis) else { return nil }
        let bytes = try vault.open(row.sealed, for: .credentials(of: source), in: transaction)
        // What isn't JSON wasn't written by this program.
        guard let object = try? JSONValue(parsing: bytes).objectValue else { throw AppError(.secretUndecryptable) }
        let values = object.members.compactMap { member in member.value.stringValue.map { (member.name, Secret($0)) } }
        return Credentials(version: row.version, values: Dictionary(values, uniquingKeysWith: { $1 }))
    }
}

extension Vault {
    /// Tells a config with its secrets from others, and says nothing about them.
    fileprivate func basis(
        config: JSONObject, secrets: [String: Secret<String>], of source: DataSourceID
    ) throws -> [UInt8] {
        var parts = [Array(source.rawValue.utf8), JSONValue.object(config).canonicalSerialized()]
        for (path, secret) in secrets.sorted(by: { $0.key < $1.key }) {
            parts += [Array(path.utf8), secret.withExposed { Array($0.utf8) }]
        }
        return try mac(purpose: "tributary/v1/credentials", message: LengthPrefixed.bytes(parts))
    }
}

extension FieldAddress {
    /// What the connector of a DataSource renewed by itself.
    static func credentials(of source: DataSourceID) -> FieldAddress {
        FieldAddress(table: "credentials", row: source.rawValue, field: "values")
    }
}
