import Domain
import Egress
import Synchronization

/// A resolver that answers from a table and remembers what it was asked.
final class RecordingResolver: Sendable {
    private let answers: [String: [String]]
    private let questions = Mutex<[String]>([])

    init(_ answers: [String: [String]]) { self.answers = answers }

    /// The names that were looked up, in order.
    var asked: [String] { questions.withLock { $0 } }

    var resolver: HostResolver {
        HostResolver { [self] name in
            questions.withLock { $0.append(name) }
            return (answers[name] ?? []).compactMap { IPAddress($0) }
        }
    }
}

extension TenantID {
    static let acme = named("acme")
    static let other = named("other")

    /// The installation's own tenant where the text is no tenant's id.
    private static func named(_ text: String) -> TenantID { TenantID(text) ?? .installation }
}

/// The error of `body`; nil when it throws none or another one.
func appError(_ body: () throws -> some Any) -> AppError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? AppError
    }
}
