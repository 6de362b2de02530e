import ConnectorAPI
import Domain
import HTTPFetch
import Interpolation

/// Makes the request that is sent of what requester, authenticator, paginator and slicer have to say.
enum RequestBuilding {
    /// The request. Throws `declarative.request_invalid` where parts contradict each other.
    static func request(_ method: String, _ url: String, _ options: RequestOptions) throws -> HTTPRequest {
        for entry in options.parameters where entry.value.mapping != nil {
            throw invalid("the parameter \(entry.key.text) can't be an object")
        }
        var headers = HeaderList()
        for entry in options.headers { try headers.set(entry.key.text, entry.value.text) }
        var request = HTTPRequest(method, RequestURL.adding(options.parameters, to: url))
        if ["GET", "POST", "PUT", "PATCH"].contains(method) {
            let (body, type) = try body(of: options)
            request.body = body
            if let type, headers["content-type"] == nil { try headers.set("Content-Type", type) }
        }
        for (name, value) in usualHeaders where headers[name.lowercased()] == nil { try headers.set(name, value) }
        request.headers = headers.fields
        return request
    }

    private static func body(of options: RequestOptions) throws -> (body: [UInt8], type: String?) {
        let text = options.bodyText.flatMap { $0.isEmpty ? nil : $0 }
        guard text == nil || options.bodyData.isEmpty,
            options.bodyJSON.isEmpty || text == nil && options.bodyData.isEmpty
        else { throw invalid("the request has two bodies") }
        if !options.bodyJSON.isEmpty { return (Value.mapping(options.bodyJSON).json, "application/json") }
        if let text { return (Array(text.utf8), nil) }
        guard !options.bodyData.isEmpty else { return ([], nil) }
        let form = PercentText.form(PercentText.pairs(of: options.bodyData))
        return (Array(form.utf8), "application/x-www-form-urlencoded")
    }

    private static let usualHeaders = [
        ("User-Agent", "tributary"), ("Accept-Encoding", "gzip, deflate"), ("Accept", "*/*"),
    ]

    static func invalid(_ reason: String) -> AppError {
        AppError.source(.declarativeRequestInvalid, reason, recovery: .fixConfig)
    }
}

/// Header fields of a request: of two names that differ in case only the last counts.
struct HeaderList: Sendable {
    private(set) var fields: [HTTPField] = []

    /// The value of a field whose name in lower case is given.
    subscript(lowercased: String) -> String? {
        fields.first { $0.name.lowercased() == lowercased }?.value
    }

    /// Throws `declarative.request_invalid` for a line break or another control character.
    mutating func set(_ name: String, _ value: String) throws {
        let isClean = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        guard isClean, !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            throw RequestBuilding.invalid("the header \(name.prefix(40)) holds characters that no header may hold")
        }
        fields.removeAll { $0.name.lowercased() == name.lowercased() }
        fields.append(HTTPField(name, value))
    }
}
