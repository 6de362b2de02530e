import Domain
import JSON

/// The list of all error codes, and a page for each.
enum ErrorPages {
    // MARK: the list

    static func index(_ errors: [ErrorCatalog.Entry]) -> Page {
        Page(
            path: Place.errors, title: "Errors",
            summary: "Every answer that isn't a success says what went wrong, who must act and what to do next."
        ) {
            introduction
            let inRequests = errors.filter { $0.uses.contains(.request) }
            list("any", "Those that any request can have", inRequests.filter(\.isCommon))
            list("requests", "Those of single operations", inRequests.filter { !$0.isCommon })
            list(
                "faults", "Faults of a body", errors.filter { $0.uses.contains(.fault) },
                note: "These stand in `errors` of an answer, each beside the pointer to the part that it is about.")
            list(
                "sources", "Those of sources", errors.filter { $0.uses.contains(.run) },
                note: """
                    A source's failure is in the `error` of a run or of a check and in the DataSource's `last_error`; what \
                    one item lacks is in the rejects of the run or of the push.
                    """)
            Parts.heading(.h2, "shape", "Their shape")
            FieldTable.section(of: .problem)
            FieldTable.section(of: .fault)
        }
    }

    @HTMLBuilder private static var introduction: HTML {
        Tag.p {
            HTML(
                prose: """
                    The body of an error is `application/problem+json` (RFC 9457). Programs look at `code`, which stays \
                    as it is for ever, and people at `detail`; `type` is the path of the code's page here. `request_id` \
                    is also in the header `X-Request-Id` and in the server's log.
                    """)
        }
        Parts.json(.object(sample), "A body that isn't valid")
        Tag.p {
            HTML(
                prose: """
                    A 429 or 503 carries `Retry-After`. Who must act follows from the status: 4xx is the program's or a \
                    person's to change, 5xx passes by itself, except 500, which is our fault: report it with its \
                    `request_id`.
                    """)
        }
    }

    private static let sample: JSONObject = {
        var body = Resource.problem.example
        let detail = "The DataSource isn't valid; errors says where."
        for (name, value) in [
            ("type", .string(Place.error("datasource.invalid"))), ("title", .string(ErrorCategory.invalid.title)),
            ("status", .int(ErrorCategory.invalid.status())), ("detail", .string(detail)),
            ("code", "datasource.invalid"), ("errors", .array([.object(Resource.fault.example)])),
        ] as [(String, JSONValue)] {
            body[name] = value
        }
        return body
    }()

    @HTMLBuilder private static func list(
        _ id: String, _ title: String, _ errors: [ErrorCatalog.Entry], note: String = ""
    ) -> HTML {
        if !errors.isEmpty {
            Parts.heading(.h2, id, title)
            if !note.isEmpty { Tag.p { HTML(prose: note) } }
            Parts.table(
                HTML(text: title), ("Code", "Meaning"),
                errors.map { entry in
                    Parts.Row {
                        Parts.error(entry.code)
                        if entry.uses.contains(.request) { Tag.span(.class("kind")) { entry.statusText } }
                    } meaning: {
                        HTML(prose: entry.sentence)
                    }
                })
        }
    }

    // MARK: the page of one

    static func page(_ entry: ErrorCatalog.Entry) -> Page {
        Page(path: Place.error(entry.code), title: entry.code, summary: entry.sentence) {
            facts(entry)
            Parts.heading(.h2, "next", "What to do next")
            for sentence in ErrorAdvice.next(entry) { Tag.p { HTML(prose: sentence) } }
            Parts.heading(.h2, "where", "Where it occurs")
            places(entry)
            if entry.uses.contains(.request) {
                Parts.heading(.h2, "example", "What it looks like")
                Parts.json(.object(body(of: entry)), "HTTP \(entry.category.status())")
            }
            Tag.p { Tag.a(.href(Place.errors)) { "All errors" } }
        }
    }

    private static func facts(_ entry: ErrorCatalog.Entry) -> HTML {
        Tag.dl(.class("facts-list")) {
            if entry.uses.contains(.request) {
                Tag.dt { "Status" }
                Tag.dd { entry.statusText }
            }
            Tag.dt { "Kind" }
            Tag.dd { entry.category.title }
            Tag.dt { "Who must act" }
            Tag.dd { ErrorAdvice.actor(entry.category) }
            Tag.dt { "Send it again?" }
            Tag.dd { ErrorAdvice.again(entry.category) }
        }
    }

    @HTMLBuilder private static func places(_ entry: ErrorCatalog.Entry) -> HTML {
        let operations = Contract.operations.filter { $0.errors.contains(entry.code) }
        if entry.isCommon { Tag.p { "Any request can be answered with it." } }
        if !operations.isEmpty {
            Tag.ul { for operation in operations { Tag.li { place(operation) } } }
        } else if entry.uses.contains(.request), !entry.isCommon {
            Tag.p { "Requests that reach no operation, and requests that need a source, such as listing its entities." }
        }
        if entry.uses.contains(.fault) {
            Tag.p {
                HTML(
                    prose: """
                        In [`errors`](/docs/errors#Problem.errors) of an answer, beside the pointer to the part of the \
                        body that it is about.
                        """)
            }
        }
        if entry.uses.contains(.run) {
            Tag.p {
                HTML(
                    prose: """
                        In the `error` of a [run](\(Place.resource(.syncRun))) or of a \
                        [check](\(Place.resource(.check))), in `last_error` of a \
                        [DataSource](\(Place.resource(.dataSource))), or in a run's \
                        [rejects](\(Place.resource(.reject))).
                        """)
            }
        }
    }

    @HTMLBuilder private static func place(_ operation: Domain.Operation) -> HTML {
        Tag.a(.href(Place.operation(operation))) { operation.summary }
        " "
        Parts.method(operation)
        " "
        Parts.path(operation.path)
    }

    private static func body(of entry: ErrorCatalog.Entry) -> JSONObject {
        [
            "type": .string(Place.error(entry.code)), "title": .string(entry.category.title),
            "status": .int(entry.category.status()), "detail": .string(entry.sentence), "code": .string(entry.code),
            "request_id": Resource.problem["request_id"]?.example ?? .null,
        ]
    }
}

extension ErrorCatalog.Entry {
    /// Whether any request can be answered with it.
    var isCommon: Bool { Contract.commonErrors.contains(code) }

    /// `409`, or `409 or 503`.
    var statusText: String { category.statuses.sorted().map(String.init).joined(separator: " or ") }

    /// The summary as a sentence: connectors write theirs in lower case and without a full stop.
    var sentence: String {
        let text = summary.prefix(1).uppercased() + summary.dropFirst()
        return text.hasSuffix(".") || text.hasSuffix("?") ? text : text + "."
    }
}
