import Domain
import HTTPTypes
import Hummingbird
import JSON
import Registry

/// One request on its way through a route: everything of it that was checked already.
struct Exchange: Sendable {
    let request: Request
    /// What stands in the places of the path's braces, in order.
    let values: [String]
    let query: Query
    let caller: Caller
    let body: JSONValue?
    /// The body of a route that takes records.
    let rawBody: RawBody?
    let useCases: UseCases
    /// Set where the request has an idempotency key.
    var attempt: KeyedAttempt?

    /// The first value of the path.
    var id: String { values.first ?? "" }
    /// The second value of the path.
    var second: String { values.count > 1 ? values[1] : "" }
    var headers: HTTPFields { request.headers }

    /// What makes a use case's effect happen once; `answer` is what the client is told of it. nil without a key.
    func receipt<Value: Sendable>(_ answer: @escaping @Sendable (Value) throws -> Answer) -> Receipt<Value>? {
        attempt.map { attempt in Receipt(attempt) { KeptAnswer(try answer($0)) } }
    }

    /// The body of a route that needs one; throws `body.missing`.
    func requiredBody() throws -> JSONValue {
        guard let body else { throw AppError(.bodyMissing) }
        return body
    }
}
