import JSON

extension Resource {
    /// How a process is doing.
    public static let health = Resource(
        "Health", note: "How a process is doing.",
        fields: [
            ResourceField("status", .text(1...64), isEssential: true, example: "ok", note: "`ok` while it runs."),
            ResourceField("version", .text(1...64), isEssential: true, example: "0.1.0", note: "The program's."),
            ResourceField(
                "role", .choice(["all", "api", "worker"]), isEssential: true, note: "Which part of the work it does."),
            ResourceField(
                "worker_id", .text(1...64), isEssential: true, example: "01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "Random for each start."),
            ResourceField(
                "database", .choice(["ok", "unavailable"]), isEssential: true, note: "Whether it can be reached."),
        ])

    /// The body of every error (RFC 9457).
    public static let problem = Resource(
        "Problem", note: "The body of every error (RFC 9457). Further members may say more, such as `run_id`.",
        fields: [
            ResourceField(
                "type", .text(1...256), isEssential: true, example: "/docs/errors/datasource.not_found",
                note: "Path of the page that explains the code."),
            ResourceField("title", .text(1...200), isEssential: true, example: "Not found", note: "What kind it is."),
            ResourceField("status", .integer(400...599), isEssential: true, example: 404, note: "The HTTP status."),
            ResourceField(
                "detail", .text(1...4_096), isEssential: true, example: "There is no such DataSource.",
                note: "One sentence about this occurrence."),
            ResourceField(
                "code", .text(1...128), isEssential: true, example: "datasource.not_found",
                note: "Stable and dotted; what programs should look at."),
            ResourceField(
                "request_id", .text(1...128), isNullable: true, example: "01K0F3ZQ6V9N0QH8Z4M7K3T5R1",
                note: "Also in the `X-Request-Id` header and in the server's log."),
            ResourceField(
                "errors", .list(of: .nested(.fault), 0...10_000), isLeftOut: true, note: "Faults of the body."),
        ])

    /// One fault of a body.
    public static let fault = Resource(
        "Fault", note: "One fault of a request's body.",
        fields: [
            ResourceField(
                "pointer", .text(0...4_096), isEssential: true, example: "/name", note: "Where (RFC 6901)."),
            ResourceField("code", .text(1...128), isEssential: true, example: "field.required", note: "Which kind."),
            ResourceField(
                "detail", .text(1...4_096), isEssential: true, example: "The field is required.", note: "One sentence."),
        ])
}
