public import Domain
import LibPQ

/// Which database the store is in: what a URL says.
public struct PostgresLocation: Sendable {
    let host: String
    let port: Int
    let parameters: ConnectionParameters
    /// Path of a file with the authorities to trust; nil = the system's.
    public let authoritiesPath: String?

    /// Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`; throws what is wrong with it, in words
    /// that hold nothing of it.
    ///
    /// - Parameter readFile: gives the text of a file, nil where it can't be read.
    public init(
        url: Secret<String>, readFile: (String) -> String?
    ) throws(PostgresURLFault) {
        let parts = try url.withExposed { text in Result { () throws(PostgresURLFault) in try URLPieces(text) } }.get()
        host = parts.host
        port = parts.port
        authoritiesPath = parts.authorities
        var authorities: String?
        if let path = parts.authorities {
            guard let text = readFile(path) else { throw PostgresURLFault("its sslrootcert can't be read") }
            authorities = text
        }
        parameters = ConnectionParameters(
            database: parts.database, user: parts.user, password: parts.password, tls: parts.tls,
            authorities: authorities, connectTimeout: .seconds(10))
    }
}

/// What is wrong with a database's URL.
public struct PostgresURLFault: Error, Sendable, Hashable {
    /// To follow "TRIBUTARY_DATABASE_URL is wrong: ".
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// A database's URL, taken apart.
private struct URLPieces {
    var host = ""
    var port = 5432
    var user = ""
    var password: Secret<String>?
    var database = ""
    var tls = TLSMode.prefer
    var authorities: String?

    init(_ url: String) throws(PostgresURLFault) {
        guard let scheme = ["postgres://", "postgresql://"].first(where: { url.hasPrefix($0) }) else {
            throw PostgresURLFault("it must begin with postgres://")
        }
        var rest = url.dropFirst(scheme.count)
        guard !rest.contains("#") else { throw PostgresURLFault("it has a #; write %23") }
        if let mark = rest.firstIndex(of: "?") {
            try readOptions(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        guard let slash = rest.firstIndex(of: "/"), rest.index(after: slash) != rest.endIndex else {
            throw PostgresURLFault("it names no database")
        }
        database = try Self.decoded(rest[rest.index(after: slash)...])
        rest = rest[..<slash]
        guard let at = rest.lastIndex(of: "@") else { throw PostgresURLFault("it names no user") }
        let account = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        user = try Self.decoded(account[0])
        if account.count == 2 { password = Secret(try Self.decoded(account[1])) }
        guard !user.isEmpty else { throw PostgresURLFault("it names no user") }
        try readPlace(rest[rest.index(after: at)...])
    }

    private mutating func readPlace(_ text: Substring) throws(PostgresURLFault) {
        var name = text
        let colon = text.lastIndex(of: ":")
        let bracket = text.lastIndex(of: "]")
        if let colon, bracket.map({ $0 < colon }) ?? true {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
                throw PostgresURLFault("its port isn't a number from 1 to 65535")
            }
            port = number
            name = text[..<colon]
        }
        host = String(name)
        guard !host.isEmpty, !host.contains(",") else { throw PostgresURLFault("it must name one host") }
    }

    private mutating func readOptions(_ text: Substring) throws(PostgresURLFault) {
        for option in text.split(separator: "&") {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = try Self.decoded(parts.count == 2 ? parts[1] : "")
            switch parts[0] {
            case "sslmode":
                guard let mode = TLSMode(rawValue: value) else {
                    let all = TLSMode.allCases.map(\.rawValue).joined(separator: ", ")
                    throw PostgresURLFault("its sslmode must be one of \(all)")
                }
                tls = mode
            case "sslrootcert": authorities = value
            default: throw PostgresURLFault("it has an option other than sslmode and sslrootcert")
            }
        }
    }

    private static func decoded(_ text: Substring) throws(PostgresURLFault) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw PostgresURLFault("it has a % that no two hexadecimal digits follow")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw PostgresURLFault("it isn't UTF-8")
        }
        return text
    }
}
