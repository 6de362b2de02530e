/// The server's address, checked: scheme, host and port, and a path in front of the server's own.
struct Address: Sendable {
    /// Without a slash at its end.
    let text: String

    /// Throws `ConnectionError` where `text` isn't such an address. A name and password in it are refused too: they
    /// would go to the server and into messages.
    init(_ text: String) throws {
        let trimmed = String(text.reversed().drop { $0 == "/" }.reversed())
        let parts = trimmed.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else { throw Self.refusal(text) }
        let authority = parts[1].prefix { $0 != "/" }
        let isPlain = parts[1].utf8.allSatisfy { (0x21...0x7E).contains($0) && !Self.excluded.contains($0) }
        guard isPlain, !authority.isEmpty, authority.first != ":", !authority.contains("@") else {
            throw Self.refusal(text)
        }
        self.text = trimmed
    }

    /// A query and a fragment would end up in the middle; backslashes, quotes and angle brackets belong in no URL.
    private static let excluded = Set("?#\\\"<>".utf8)

    private static func refusal(_ text: String) -> ConnectionError {
        // What stands before an @ may be a password.
        let shown = text.contains("@") ? "The address with an @ in it" : text
        return ConnectionError(.badAddress, "\(shown) isn't an address such as http://127.0.0.1:8080.")
    }
}
