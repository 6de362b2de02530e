/// Every error code of the program with what it means and where it is met: descriptions and documentation list these.
///
/// Each target lists the codes that it declares, in a static member of ``ErrorCode`` whose name ends with `All`; what puts
/// the program together gathers the lists.
public struct ErrorCatalog: Sendable {
    /// One code.
    public struct Entry: Sendable, Hashable {
        /// Dotted and stable.
        public let code: String
        /// What kind of failure it is; its HTTP status follows.
        public let category: ErrorCategory
        /// One sentence that holds for every occurrence.
        public let summary: String
        /// Where it is met.
        public let uses: Set<Use>
    }

    /// Where a code is met.
    public enum Use: String, Sendable, CaseIterable {
        /// As the `code` of the answer to a request.
        case request
        /// Within such an answer's `errors`, about one field of a body.
        case fault
        /// As the `code` of a run's or a check's `error`, or as the reason why an item was rejected.
        case run
        /// Only where the program is started, or in a command of its own.
        case command
    }

    /// Codes that are met in the same place.
    public struct Part: Sendable {
        let use: Use
        let codes: [ErrorCode]

        /// Says where these codes are met. What an operation of the contract names is met in requests besides.
        public init(_ use: Use, _ codes: [ErrorCode]) {
            self.use = use
            self.codes = codes
        }
    }

    /// In the order of their codes.
    public let entries: [Entry]
    private let places: [String: Int]

    /// Gathers the lists; a code in several of them is one entry.
    public init(_ parts: [Part]) {
        var known: [String: (code: ErrorCode, uses: Set<Use>)] = [:]
        for part in parts {
            for code in part.codes { known[code.code, default: (code, [])].uses.insert(part.use) }
        }
        let inRequests = Contract.errorCodes
        entries = known.values.map { code, uses in
            var uses = uses
            if inRequests.contains(code.code) { uses = uses.subtracting([.command]).union([.request]) }
            return Entry(code: code.code, category: code.category, summary: code.summary, uses: uses)
        }
        .sorted { $0.code < $1.code }
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.code, $0) })
    }

    /// The path of the page that explains a code.
    public static func page(of code: String) -> String { "/docs/errors/" + code }

    /// The entry of a code; nil for one that nobody declares.
    public subscript(code: String) -> Entry? { places[code].map { entries[$0] } }
}

extension Contract {
    /// Every code that an operation names, or that any request can be answered with.
    public static let errorCodes: Set<String> = Set(operations.flatMap(\.errors)).union(commonErrors)
}

// What becomes of a category over HTTP: the one table.
extension ErrorCategory {
    /// The status of an answer that carries an error of this category. Only a source's failure has two: one that may pass
    /// by itself is 503, one that a person must see to is a conflict with the DataSource's state.
    public func status(isTransient: Bool = false) -> Int {
        switch self {
        case .malformed: 400
        case .unauthenticated: 401
        case .denied: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .tooSlow: 408
        case .conflict: 409
        case .gone: 410
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .invalid: 422
        case .throttled: 429
        case .headersTooLarge: 431
        case .bug: 500
        case .unavailable: 503
        case .full: 507
        case .source: isTransient ? 503 : 409
        }
    }

    /// Every status that it can have.
    public var statuses: Set<Int> { [status(), status(isTransient: true)] }

    /// A few words for people, the same for every code of the category.
    public var title: String {
        switch self {
        case .malformed: "The request can't be read"
        case .unauthenticated: "No valid token"
        case .denied: "Not allowed"
        case .notFound: "Not found"
        case .methodNotAllowed: "Not a method of this path"
        case .notAcceptable: "No acceptable form"
        case .tooSlow: "Too slow"
        case .conflict: "In conflict with the present state"
        case .gone: "Gone"
        case .preconditionFailed: "A precondition doesn't hold"
        case .tooLarge: "Too large"
        case .targetTooLong: "The target is too long"
        case .unsupportedMediaType: "Unsupported media type"
        case .expectationFailed: "An expectation that isn't met"
        case .headersTooLarge: "The headers are too large"
        case .invalid: "The request's content isn't valid"
        case .throttled: "Too many requests"
        case .bug: "A fault of the server"
        case .unavailable: "Not available now"
        case .full: "Out of space"
        case .source: "The source failed"
        }
    }
}
