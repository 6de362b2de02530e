import Domain
import Egress
import HTTPFetch
import Logging
import Tokens

extension KeySetFetching {
    /// How long one fetch of a key set may take; a request waits for one fetch at most.
    private static let timeLimit = Duration.seconds(5)

    /// Fetches key sets over HTTP. The operator named their URLs, so private addresses may be reached (decision 0010).
    static func overHTTP(logger: Logger) -> KeySetFetching {
        var limits = HTTPFetcher.Limits()
        limits.bodyBytes = IssuerSettings.maxFileBytes
        limits.time = timeLimit
        let fetcher = HTTPFetcher(egress: .unrestricted, clock: .system, limits: limits)
        return KeySetFetching(clock: .system) { url in
            let document = try await fetcher.get(
                url, for: .installation, accept: "application/jwk-set+json, application/json;q=0.9")
            guard document.status == 200 else {
                throw AppError(.keySetRefused, "The server answered with status \(document.status).")
            }
            return document.body
        } report: { issuer, report in
            log(report, of: issuer, to: logger)
        }
    }

    private static func log(_ report: Report, of issuer: String, to logger: Logger) {
        switch report {
        case .loaded(let keys, let warnings):
            logger.info("keys of a token issuer loaded", metadata: ["issuer": "\(issuer)", "keys": "\(keys)"])
            for warning in warnings { logger.warning("\(warning)", metadata: ["issuer": "\(issuer)"]) }
        case .failed(let code, let message, let keys):
            logger.warning(
                "keys of a token issuer can't be fetched; those from before stay in use",
                metadata: ["issuer": "\(issuer)", "code": "\(code)", "reason": "\(message)", "keys": "\(keys)"])
        }
    }
}

extension IssuerSettings {
    /// What is wrong or unwise with the URLs of key sets. Throws `settings.invalid` for one that no fetch can read.
    func urlWarnings() throws -> [String] {
        try urls.compactMap { issuer, url in
            let form: URLForm
            do throws(AppError) {
                form = try URLForm(url)
            } catch {
                throw AppError(
                    .settingsInvalid, "Issuer \(issuer) of TRIBUTARY_JWT_ISSUERS has a wrong jwks_url. \(error.message)"
                )
            }
            guard form.scheme == .http, !form.isLoopback else { return nil }
            return "Issuer \(issuer) has a jwks_url without TLS: who is on the way can put in keys of their own."
        }
    }
}

extension ErrorCode {
    static let keySetRefused = ErrorCode(
        "issuers.fetch_refused", .source, "The server of a jwks_url answered with another status than 200.")
}
