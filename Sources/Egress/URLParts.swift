import Domain

/// The parts of a URL that every parser reads alike (RFC 3986), or an error.
///
/// Refused beyond what isn't http or https: user information, a fragment, an empty port, characters that a URL may not
/// have, and an `@` anywhere before the first slash, where some look for the host and others don't.
struct URLParts {
    let scheme: PermittedURL.Scheme
    let host: Host
    let port: Int
    /// Path and query; begins with `/`.
    let target: String

    /// Bytes of a URL at most.
    static let longest = 8_192

    /// Throws `egress.url_invalid` and, where it is the host that is wrong, `egress.host_invalid`.
    init(_ url: String) throws(AppError) {
        try Self.checkCharacters(of: url)
        let (scheme, rest) = try Self.scheme(of: url)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let (host, port) = try Self.hostAndPort(authority)
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        let target = String(decoding: rest[authority.endIndex...], as: UTF8.self)
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    private static func checkCharacters(of url: String) throws(AppError) {
        let bytes = Array(url.utf8)
        guard bytes.count <= longest else { throw .urlInvalid("is longer than \(longest) bytes") }
        guard bytes.allSatisfy(\.isVisible) else {
            throw .urlInvalid("has spaces, control characters or characters other than ASCII; percent-encode them")
        }
        guard !bytes.contains(where: { #"\"<>^`{|}"#.utf8.contains($0) }) else {
            throw .urlInvalid(#"has one of \ " < > ^ ` { | }; percent-encode them"#)
        }
        guard !bytes.contains(UInt8(ascii: "#")) else {
            throw .urlInvalid("has a fragment, which is never sent; leave out everything from the # on")
        }
        for place in bytes.indices where bytes[place] == UInt8(ascii: "%") {
            guard place + 2 < bytes.count, bytes[place + 1].isHexDigit, bytes[place + 2].isHexDigit else {
                throw .urlInvalid("has a % that two hexadecimal digits don't follow")
            }
        }
    }

    private static func scheme(
        of url: String
    ) throws(AppError) -> (scheme: PermittedURL.Scheme, rest: ArraySlice<UInt8>) {
        let bytes = Array(url.utf8)
        let name = bytes.prefix { $0 != UInt8(ascii: ":") }
        guard let scheme = PermittedURL.Scheme(rawValue: name.lowercasedText),
            bytes[name.endIndex...].starts(with: "://".utf8)
        else { throw .urlInvalid("must begin with https:// or http://") }
        let rest = bytes[(name.endIndex + 3)...]
        guard !rest.prefix(while: { $0 != UInt8(ascii: "/") }).contains(UInt8(ascii: "@")) else {
            throw .urlInvalid("has a user name or password, or an @ before its first slash")
        }
        return (scheme, rest)
    }

    private static func hostAndPort(_ authority: ArraySlice<UInt8>) throws(AppError) -> (host: Host, port: Int?) {
        let text = String(decoding: authority, as: UTF8.self)
        guard !authority.isEmpty else { throw .urlInvalid("has no host") }
        let closing = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        let colon = authority[closing...].lastIndex(of: UInt8(ascii: ":"))
        let hostText = colon.map { String(decoding: authority[..<$0], as: UTF8.self) } ?? text
        guard let host = Host(hostText, brackets: .required) else { throw .hostInvalid(hostText) }
        guard let colon else { return (host, nil) }
        guard let port = authority[(colon + 1)...].decimalNumber, (1...65_535).contains(port) else {
            throw .urlInvalid("has a port that isn't a number from 1 to 65535")
        }
        return (host, port)
    }
}
