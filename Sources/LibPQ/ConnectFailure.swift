import Glibc

/// Tells failures of connecting apart. libpq has no codes for them but its text (PostgreSQL 15, `fe-connect.c`,
/// `fe-secure-openssl.c`), in English while the program sets no locale; what the server said is there as its SQLSTATE.
enum ConnectFailure {
    static func error(_ message: UnsafePointer<CChar>?) -> PostgresError {
        let text = message.map { String(cString: $0) } ?? ""
        // The last line that names a state counts: under `prefer` and `allow` there are two attempts.
        if let state = sqlState(in: text) { return PostgresError(.refusal, sqlState: state) }
        for (words, kind) in meanings where text.contains(words) { return PostgresError(kind) }
        return PostgresError(.connectionLost)
    }

    private static let meanings: [(String, PostgresError.Kind)] = [
        ("no password supplied", .passwordMissing),
        ("server does not support SSL", .tlsUnsupported),
        ("root certificate file", .tlsFailed),
        ("does not match host name", .tlsFailed),
        ("could not get server's host name", .tlsFailed),
        ("SSL error", .tlsFailed),
        ("SSL SYSCALL error", .connectionLost),
        ("Connection refused", .refused),
        ("No route to host", .unreachable),
        ("Network is unreachable", .unreachable),
        ("Connection timed out", .timedOut),
        ("expected authentication request", .malformed),
        ("received invalid response", .malformed),
        ("authentication method", .malformed),
        ("invalid", .invalidParameter),
    ]

    /// The last of `FATAL:  28P01` and the like.
    private static func sqlState(in text: String) -> String? {
        for line in text.split(separator: "\n").reversed() {
            guard let space = line.lastIndex(of: " "), line[..<space].hasSuffix(": ") else { continue }
            let state = line[line.index(after: space)...]
            if state.isSQLState { return String(state) }
        }
        return nil
    }
}

extension StringProtocol {
    /// Five digits and capital letters (PostgreSQL 15, appendix A).
    var isSQLState: Bool {
        utf8.count == 5
            && utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            }
    }
}
