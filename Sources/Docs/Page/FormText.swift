import Domain
import JSON

extension ResourceField.Form {
    /// What kind of value it is, in a word or two.
    var kind: HTML {
        switch self {
        case .text, .label, .tag: "string"
        case .choice: "enum"
        case .id: "id"
        case .time: "date-time"
        case .schedule: "schedule"
        case .duration: "duration"
        case .flag: "boolean"
        case .count, .integer: "integer"
        case .object: "object"
        case .map(let form): HTML(text: "object of ") + form.kind
        case .nested(let resource): Tag.a(.href(Place.resource(resource))) { resource.name }
        case .list(let form, _): HTML(text: "array of ") + form.kind
        case .any: "any JSON"
        }
    }

    /// Which values of that kind it may have; nil where any.
    var bounds: HTML? {
        switch self {
        case .text(let length), .label(let length):
            HTML(text: "\(length.lowerBound) to \(Self.grouped(length.upperBound)) characters.")
        case .tag: HTML(prose: "1 to 64 of `[a-z0-9._-]`.")
        case .choice(let choices): HTML(prose: "One of " + choices.map { "`\($0)`" }.joined(separator: ", ") + ".")
        case .id(let prefix): prefix.isEmpty ? nil : HTML(prose: "`\(prefix)` and a ULID.")
        case .time: HTML(prose: "RFC 3339.")
        case .schedule:
            HTML(
                prose: """
                    Cron (`0 6 * * 1-5`, with `CRON_TZ=Area/City` in front if need be), a macro (`@hourly`) or an ISO 8601 \
                    duration (`PT15M`).
                    """)
        case .duration: HTML(prose: "ISO 8601, at least one minute: `P7D`.")
        case .integer(let range): HTML(text: "\(range.lowerBound) to \(Self.grouped(range.upperBound)).")
        case .list(let form, let count):
            HTML(text: "At most \(Self.grouped(count.upperBound)). ")
                + (form.bounds.map { HTML(text: "Each: ") + $0 } ?? HTML())
        case .map(let form): form.bounds
        case .flag, .count, .object, .nested, .any: nil
        }
    }

    /// A number with commas between its thousands.
    static func grouped(_ number: Int) -> String {
        var digits = String(number)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits] + groups).joined(separator: ",")
    }
}
