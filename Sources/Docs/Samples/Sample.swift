import Domain
import JSON

/// How one operation is called: with curl, and with the Swift client. Tests run both against a server.
struct Sample: Sendable {
    /// The operation's id.
    let operation: String
    /// For a shell with the variables that ``CurlText/variables`` names.
    let curl: String
    /// For a program with the constants that ``SwiftSamples/constants`` names.
    let swift: String

    /// The samples of every operation that there is one for.
    static let all: [Sample] = CurlSamples.all.map { curl in
        Sample(operation: curl.operation, curl: curl.text, swift: SwiftSamples.texts[curl.operation] ?? "")
    }

    /// The sample of an operation; nil where there is none.
    static func of(_ operation: Domain.Operation) -> Sample? { all.first { $0.operation == operation.id } }
}

/// A curl command that calls one operation; method, path and token come from the declaration.
struct CurlSample: Sendable {
    let operation: String
    /// Behind the question mark.
    var query = ""
    /// A further header, such as `If-None-Match: …`.
    var header = ""
    /// What is sent as JSON.
    var body: JSONValue?
    /// Options in place of a body, one a line, for what isn't JSON.
    var options: [String] = []
    /// Shell variables in place of those that ``CurlText/variable(of:in:)`` names.
    var places: [String: String] = [:]

    /// The command.
    var text: String {
        guard let operation = Contract.operation(operation) else { return "" }
        return CurlText.command(operation, self)
    }
}

/// How commands are written.
enum CurlText {
    /// What a shell needs before the samples run, and what each is.
    static let variables: [(name: String, meaning: String)] = [
        ("TRIBUTARY_URL", "the server's address, such as `http://127.0.0.1:8080`"),
        ("TRIBUTARY_TOKEN", "a token; see [Authentication](/docs/guides/authentication)"),
        ("SOURCE_ID", "the id of a DataSource with an entity `customers`"),
        ("RUN_ID", "the id of one of its runs"),
        ("PUSH_ID", "the id of a DataSource of type `push`"),
        ("APP_ID", "the id of an Application"),
        ("KEY_ID", "the id of one of its keys"),
        ("APP_SECRET", "such a key itself"),
    ]

    static func command(_ operation: Domain.Operation, _ sample: CurlSample) -> String {
        var url = "$TRIBUTARY_URL" + operation.path
        for place in operation.places {
            let value = sample.places[place.name] ?? value(of: place, in: operation)
            url = url.replacing("{\(place.name)}", with: value)
        }
        if !sample.query.isEmpty { url += "?" + sample.query }
        var lines = [(operation.method == .get ? "" : "-X \(operation.method.rawValue) ") + "\"\(url)\""]
        if !operation.isOpen { lines.append("-H \"Authorization: Bearer $TRIBUTARY_TOKEN\"") }
        if !sample.header.isEmpty { lines.append("-H '\(sample.header)'") }
        lines += sample.options
        if let body = sample.body { lines.append("--json " + quoted(body.indented(width: 70))) }
        return "curl -sS" + (operation.isStream ? "N " : " ") + lines.joined(separator: " \\\n  ")
    }

    /// What stands for a place of the path: a shell variable for an id, an example otherwise.
    private static func value(of place: Parameter, in operation: Domain.Operation) -> String {
        switch (place.name, operation.group) {
        case ("id", "applications"): "$APP_ID"
        case ("id", _): "$SOURCE_ID"
        case ("run_id", _): "$RUN_ID"
        case ("key_id", _): "$KEY_ID"
        default: place.example.stringValue ?? ""
        }
    }

    /// A text as one word of a shell.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }
}
