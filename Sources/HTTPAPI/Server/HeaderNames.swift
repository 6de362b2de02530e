import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static let requestID = named("X-Request-Id")
    static let lastEventID = named("Last-Event-ID")
    /// Tells nginx and its like to pass a stream on as it comes.
    static let accelBuffering = named("X-Accel-Buffering")
    static let rateLimit = named("RateLimit")
    static let rateLimitPolicy = named("RateLimit-Policy")
    static let idempotencyKey = named("Idempotency-Key")
    static let idempotentReplayed = named("Idempotent-Replayed")

    static let contentPolicy = named("Content-Security-Policy")
    static let contentTypeOptions = named("X-Content-Type-Options")
    static let referrers = named("Referrer-Policy")
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
    static let resourcePolicy = named("Cross-Origin-Resource-Policy")

    /// A name written in this file; every one of them is a valid token, so the replacement is never used.
    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .via }
}
