public import Domain

/// Codes of the egress guard.
extension ErrorCode {
    /// The host isn't an IP address in its one plain form and isn't a DNS name, or the port isn't one.
    public static let egressHostInvalid = ErrorCode(
        "egress.host_invalid", .source,
        "The host must be a DNS name or an IP address in its usual form, and the port a number from 1 to 65535.")
    /// The URL isn't one that every parser reads alike.
    public static let egressURLInvalid = ErrorCode(
        "egress.url_invalid", .source, "The URL must be a plain http or https URL.")
    /// The host has an address that isn't public and that the operator hasn't opened.
    public static let egressAddressForbidden = ErrorCode(
        "egress.address_forbidden", .source,
        "The host has an address that isn't public; the operator may open it with TRIBUTARY_EGRESS_ALLOW.")
    /// The name has no address.
    public static let egressHostUnknown = ErrorCode(
        "egress.host_unknown", .source, "The host's name has no address.")
    /// The name couldn't be looked up now.
    public static let egressResolveFailed = ErrorCode(
        "egress.resolve_failed", .source, "The host's name couldn't be looked up.")
}

extension AppError {
    static func hostInvalid(_ host: String) -> AppError {
        AppError(
            .egressHostInvalid,
            "\(described(host)) isn't a DNS name or an IP address in its usual form, such as db.example.com, "
                + "203.0.113.7 or 2001:db8::7.", recovery: .fixConfig)
    }

    static func portInvalid() -> AppError {
        AppError(.egressHostInvalid, "The port must be a number from 1 to 65535.", recovery: .fixConfig)
    }

    /// `fault` completes "The URL …". The URL itself isn't quoted: its query may hold a secret.
    static func urlInvalid(_ fault: String) -> AppError {
        AppError(.egressURLInvalid, "The URL \(fault).", recovery: .fixConfig)
    }

    static func addressForbidden(_ address: IPAddress, of host: String, port: Int, because reason: String) -> AppError {
        AppError(
            .egressAddressForbidden,
            "The host \(host) has the address \(address), which may not be reached: \(reason). The operator of this "
                + "server may open it, at port \(port) or at all, with TRIBUTARY_EGRESS_ALLOW.",
            recovery: .fixConfig)
    }

    static func hostUnknown(_ host: String) -> AppError {
        AppError(.egressHostUnknown, "The host \(host) has no address: its name isn't known.", recovery: .fixConfig)
    }

    static func resolveFailed(_ host: String, _ reason: String) -> AppError {
        AppError(.egressResolveFailed, "The host \(host) couldn't be looked up: \(reason).", recovery: .retry)
    }

    /// The host where it can be no more than a mistyped one: what was put into the wrong field may hold a password.
    private static func described(_ host: String) -> String {
        let bytes = host.utf8
        let isAddressLike = bytes.allSatisfy { $0.isHexDigit || ":.[]".utf8.contains($0) }
        let isNameLike = bytes.allSatisfy { $0.isLetter || $0.isDigit || "-_.".utf8.contains($0) }
        let isQuotable = (1...253).contains(bytes.count) && (isAddressLike || isNameLike)
        return isQuotable ? "The host \(host)" : "The host"
    }
}
