public import Meters

/// What verifying tokens measures.
public struct TokenMeters: MeterGroup {
    public static let title = "Tokens"

    /// What became of a token.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It was verified before.
        case cached
        /// Its signature was verified now.
        case verified
        case refused
    }

    public let verifications = Counter(
        "tributary_token_verifications_total", "Bearer tokens that were looked at.",
        labels: [MeterLabel("outcome", Outcome.self)])

    /// Makes the meters, all at nought.
    public init() {}

    public var all: [any Meter] { [verifications] }
}
