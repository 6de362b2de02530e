import ConnectorAPI
import Domain
import Interpolation
import Synchronization

/// Writes an authenticator's token among the credentials of its source, and finds it there again.
struct TokenKeeping: Sendable {
    private let name: String

    /// - Parameter fields: What the manifest says of the authenticator.
    init(_ fields: Mapping) {
        let hash = Value.mapping(fields).json.withUnsafeBytes { ContentHash(of: $0) }
        name = "oauth." + String(hash.high, radix: 16)
    }

    /// Takes over what is kept; false where nothing is.
    func adopt(_ kept: Credentials, into state: borrowing Mutex<OAuthToken.State>) -> Bool {
        func text(_ part: String) -> String? { kept.values[name + part]?.withExposed { $0 } }
        guard let token = text(".access_token") else { return false }
        let (refreshToken, expiry) = (text(".refresh_token"), text(".expiry").flatMap { TimeText.time(in: $0) })
        state.withLock { state in
            state.token = token
            state.expiry = expiry
            state.refreshToken = refreshToken ?? state.refreshToken
        }
        return true
    }

    /// The values with the token put in.
    func adding(
        _ state: borrowing Mutex<OAuthToken.State>, to values: [String: Secret<String>]
    ) -> [String: Secret<String>] {
        var values = values
        let state = state.withLock { $0 }
        values[name + ".access_token"] = state.token.map { Secret($0) }
        values[name + ".refresh_token"] = state.refreshToken.map { Secret($0) }
        values[name + ".expiry"] = state.expiry.map { Secret($0.isoFormat()) }
        return values
    }
}
