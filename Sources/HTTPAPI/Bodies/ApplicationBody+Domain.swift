import Domain
import Registry
import WireAPI

extension ApplicationBody {
    init(_ application: ClientApplication) {
        self.init(
            id: application.id.rawValue, tenantID: application.tenant.rawValue, name: application.name,
            scope: application.grants.scope, createdAt: application.createdAt.rfc3339,
            updatedAt: application.updatedAt.rfc3339, createdBy: application.createdBy,
            updatedBy: application.updatedBy, isDeleted: application.isDeleted,
            deletedAt: application.deletedAt?.rfc3339, deletedBy: application.deletedBy)
    }
}

extension APIKeyBody {
    init(_ key: APIKey) {
        self.init(
            id: key.id.rawValue, applicationID: key.application.rawValue, name: key.name, prefix: key.prefix,
            createdAt: key.createdAt.rfc3339, createdBy: key.createdBy, expiresAt: key.expiresAt?.rfc3339,
            lastUsedAt: key.lastUsedAt?.rfc3339, revokedAt: key.revokedAt?.rfc3339)
    }

    /// The one answer that has the secret.
    init(_ new: NewAPIKey) {
        self.init(new.key)
        secret = new.secret.withExposed { $0 }
    }
}

extension TokenBody {
    init(_ minted: AccessTokens.Minted) {
        self.init(
            accessToken: minted.text.withExposed { $0 }, tokenType: "Bearer",
            expiresIn: Int(minted.lifetime.components.seconds), scope: minted.grants.scope)
    }
}
