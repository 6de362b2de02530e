import Domain
import JSON

/// The answers that tell of errors: one for each status, with the codes that it can have.
struct ProblemResponses {
    private let catalog: ErrorCatalog

    init(_ catalog: ErrorCatalog) { self.catalog = catalog }

    /// The responses that several operations have, by name: those to what any request can do wrong.
    var shared: JSONObject {
        let all = byStatus(Contract.commonErrors + Contract.bodyErrors)
        return JSONObject(all.map { status, entries in (name(status), response(status, entries)) })
    }

    /// The problem responses of an operation by status, ascending.
    func of(_ operation: Operation) -> [(status: Int, response: JSONValue)] {
        let shared = byStatus(Contract.commonErrors + Contract.bodyErrors)
        return byStatus(codes(of: operation)).map { status, entries in
            let isShared = shared.first { $0.status == status }?.entries == entries
            return (
                status,
                isShared ? Components.reference("responses", name(status)) : response(status, entries)
            )
        }
    }

    /// Every code that the operation can answer with: its own, and those of every request that apply to it.
    private func codes(of operation: Operation) -> [String] {
        Contract.commonErrors.filter { code in
            guard let entry = catalog[code] else { return false }
            switch entry.category {
            case .unauthenticated, .denied:
                return !operation.isOpen && (entry.category != .denied || operation.grant != nil)
            default: return true
            }
        } + operation.errors
    }

    private func byStatus(_ codes: [String]) -> [(status: Int, entries: [ErrorCatalog.Entry])] {
        let entries = Set(codes.compactMap { catalog[$0] }).sorted { $0.code < $1.code }
        let statuses = Set(entries.flatMap(\.category.statuses)).sorted()
        return statuses.map { status in (status, entries.filter { $0.category.statuses.contains(status) }) }
    }

    private func name(_ status: Int) -> String { "Problem\(status)" }

    private func response(_ status: Int, _ entries: [ErrorCatalog.Entry]) -> JSONValue {
        var headers: JSONObject = ["X-Request-Id": Components.reference("headers", "X-Request-Id")]
        if status == 401 { headers["WWW-Authenticate"] = Components.reference("headers", "WWW-Authenticate") }
        if status == 429 || status == 503 { headers["Retry-After"] = Components.reference("headers", "Retry-After") }
        let examples = JSONObject(entries.map { ($0.code, ["value": problem($0, status)]) })
        let title = entries.first?.category.title ?? ""
        let list = entries.map { "- `\($0.code)`: \($0.summary)" }.joined(separator: "\n")
        return [
            "description": .string("\(title).\n\n\(list)"), "headers": .object(headers),
            "content": [
                "application/problem+json": [
                    "schema": SchemaOf.reference(.problem, .answer), "examples": .object(examples),
                ]
            ],
            "x-codes": .array(entries.map { .string($0.code) }),
        ]
    }

    private func problem(_ entry: ErrorCatalog.Entry, _ status: Int) -> JSONValue {
        [
            "type": .string(ErrorCatalog.page(of: entry.code)), "title": .string(entry.category.title),
            "status": .int(status), "detail": .string(entry.summary), "code": .string(entry.code),
            "request_id": "01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
        ]
    }
}
