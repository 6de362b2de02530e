import Domain
import JSON

/// The part of a page that is about one operation.
struct OperationSection: Sendable {
    let operation: Domain.Operation
    /// Statuses by code.
    let statuses: [String: Int]

    var html: HTML {
        Tag.section(.class("operation"), .aria("labelledby", operation.id)) {
            Parts.heading(.h3, operation.id, operation.summary)
            Tag.p(.class("endpoint")) {
                Parts.method(operation)
                " "
                Parts.path(operation.path)
            }
            Tag.div(.class("columns")) {
                Tag.div(.class("facts")) { facts }
                Tag.div(.class("samples")) { samples }
            }
        }
    }

    @HTMLBuilder private var facts: HTML {
        if !operation.note.isEmpty { Tag.p { HTML(prose: operation.note) } }
        Tag.p(.class("needs")) { needs }
        FieldTable.parameters(operation.places, of: operation, "In the path")
        FieldTable.parameters(operation.parameters, of: operation, "In the query")
        headers
        requestBody
        answers
        errors
    }

    private var needs: HTML {
        if operation.isOpen { return "Needs no token." }
        guard let grant = operation.grant else { return "Needs a token, with any scope." }
        return HTML(prose: "Needs a token whose scope holds `\(grant.rawValue)`.")
    }

    private var headers: HTML {
        var rows = operation.conditions.sorted { $0.rawValue < $1.rawValue }.map(Self.conditionRow)
        if operation.method == .post && !operation.isOpen {
            rows.append(
                Parts.Row {
                    Tag.code { "Idempotency-Key" }
                } meaning: {
                    HTML(prose: "Makes it safe to send again: see [Idempotency](/docs/guides/idempotency).")
                })
        }
        return rows.isEmpty ? HTML() : Parts.table("Headers", ("Name", "Meaning"), rows)
    }

    private static func conditionRow(_ condition: Domain.Operation.Condition) -> Parts.Row {
        Parts.Row {
            Tag.code { condition.rawValue }
        } meaning: {
            switch condition {
            case .ifMatch: HTML(prose: "An `ETag` that you read: where it isn't the present one, nothing is changed.")
            case .ifNoneMatch:
                HTML(prose: "An `ETag` that you read: where it is still the present one, the answer is 304.")
            }
        }
    }

    @HTMLBuilder private var requestBody: HTML {
        if let body = operation.body {
            Tag.h4 { "Body" }
            Tag.p {
                switch body.use {
                case .items: "A list of "
                case .patch: "Changes of "
                case .create: ""
                }
                Tag.a(.href(Place.resource(body.resource))) { body.resource.name }
                HTML(text: body.isRequired ? ". " : "; may be left out. ")
                HTML(prose: body.mediaTypes.map { "`\($0)`" }.joined(separator: " or ") + ", ")
                "at most \(body.mostBytes >> 20) MiB."
            }
        }
    }

    private var answers: HTML {
        Parts.table(
            "Answers", ("Status", "Meaning"),
            operation.answers.map { answer in
                Parts.Row {
                    Tag.code(.class("status")) { String(answer.status) }
                    Tag.span(.class("kind")) { Self.content(answer.content) }
                } meaning: {
                    Tag.p { HTML(prose: answer.note) }
                    if !answer.headers.isEmpty {
                        Tag.p(.class("bounds")) {
                            HTML(prose: "With " + answer.headers.map { "`\($0)`" }.joined(separator: ", ") + ".")
                        }
                    }
                }
            })
    }

    private static func content(_ content: Domain.Operation.Answer.Content) -> HTML {
        switch content {
        case .none: "no body"
        case .one(let resource): link(resource)
        case .page(let resource): HTML(text: "page of ") + link(resource)
        case .events(let resource): HTML(text: "events with ") + link(resource)
        case .text(let mediaType): HTML(text: mediaType)
        case .json: "JSON"
        }
    }

    private static func link(_ resource: Resource) -> HTML {
        Tag.a(.href(Place.resource(resource))) { resource.name }
    }

    @HTMLBuilder private var errors: HTML {
        if !operation.errors.isEmpty {
            Tag.details(.class("errors")) {
                Tag.summary { "Errors of its own (\(operation.errors.count))" }
                Tag.ul {
                    for code in operation.errors {
                        Tag.li {
                            if let status = statuses[code] {
                                Tag.code(.class("status")) { String(status) }
                                " "
                                Parts.error(code)
                            } else {
                                Tag.code { code }
                            }
                        }
                    }
                }
            }
        }
        Tag.p(.class("bounds")) { HTML(prose: "Beside those that [any request](/docs/errors#any) can have.") }
    }

    @HTMLBuilder private var samples: HTML {
        if let sample = Sample.of(operation) {
            Parts.code(sample.curl, "curl")
            if !sample.swift.isEmpty { Parts.code(sample.swift, "Swift") }
        }
        if let example {
            Tag.details(.class("example")) {
                Tag.summary { "An answer" }
                Parts.json(example.value, "\(example.status)")
            }
        }
        Tag.p { Tag.a(.class("try"), .href(Place.tried(operation))) { "Try it" } }
    }

    /// What the first answer with a body could look like.
    private var example: (status: Int, value: JSONValue)? {
        for answer in operation.answers {
            switch answer.content {
            case .one(let resource): return (answer.status, .object(resource.example))
            case .page(let resource):
                let isFeed = operation.id == "records.changes"
                return (
                    answer.status,
                    [
                        "items": [.object(resource.example)], "next_cursor": isFeed ? "eyJ2IjoxfQ" : .null, "total": 1,
                    ]
                )
            case .none, .events, .text, .json: continue
            }
        }
        return nil
    }
}
