import CannedServer
import Foundation
import Synchronization

/// What the mocks of APIs have in common.
extension CannedServer.Request {
    /// The parameters of the query, decoded; nil where one is there twice, which no client should send.
    var query: [String: String]? {
        MockForm.parameters(target.split(separator: "?", maxSplits: 1).dropFirst().first ?? "")
    }

    /// The parameters of a form in the body.
    var form: [String: String]? { MockForm.parameters(body[...]) }

    /// The server's own address as the client knows it.
    var origin: String { "http://" + (headers["host"] ?? "") }

    /// The path's parts.
    var parts: [String] { path.split(separator: "/").map(String.init) }
}

enum MockForm {
    /// Parameters as queries and forms write them; nil where one is there twice.
    static func parameters(_ text: Substring) -> [String: String]? {
        var found: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = sides.map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
            guard found.updateValue(plain.count > 1 ? plain[1] : "", forKey: plain[0]) == nil else { return nil }
        }
        return found
    }
}

/// Something that happens at one request and never again.
final class Hiccup: Sendable {
    private let left: Mutex<Int>

    /// - Parameter request: Which one, from 0; below 0 = none.
    init(at request: Int) { left = Mutex(request) }

    /// Counts a request; true for the one at which it happens.
    func isNow() -> Bool {
        left.withLock { left in
            left -= 1
            return left == -1
        }
    }
}

/// Records that change between two reads.
final class MockTable: Sendable {
    /// A record's JSON text by its id, and when it changed in the API's own format.
    struct Row: Sendable {
        let id: String
        var changed: String
        var body: String
    }

    private let kept: Mutex<[Row]>

    init(_ rows: [Row]) { kept = Mutex(rows) }

    var rows: [Row] { kept.withLock { $0 } }

    /// The newest first.
    var newestFirst: [Row] { rows.sorted { ($0.changed, $0.id) > ($1.changed, $1.id) } }

    func put(_ row: Row) {
        kept.withLock { rows in
            rows.removeAll { $0.id == row.id }
            rows.append(row)
        }
    }
}

extension Collection where Element == MockTable.Row {
    /// The bodies as a JSON array.
    var json: String { "[" + map(\.body).joined(separator: ",") + "]" }
}
