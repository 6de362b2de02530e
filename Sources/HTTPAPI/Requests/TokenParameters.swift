public import Domain
import HTTPTypes
import Hummingbird
import JSON
import Registry
import Tokens
import WireAPI

/// The parameters of a request for a token: a form (RFC 6749 section 4.4.2) or the same as a JSON object, with the
/// client's id and secret in the body or in HTTP Basic (section 2.3.1), not in both.
struct TokenParameters {
    private static let jsonType = "application/json"
    private static let formType = "application/x-www-form-urlencoded"
    private static let names = ["grant_type", "client_id", "client_secret", "scope"]
    private static let basic = "basic "

    private var values: [String: String] = [:]

    /// Reads the body and the `Authorization` field.
    ///
    /// Throws `auth.invalid_request`, `auth.unsupported_grant_type`, and what the body's reader throws.
    init(_ reader: BodyReader) async throws {
        switch reader.mediaType {
        case Self.formType: try readForm(try await reader.bytes())
        case Self.jsonType, nil: try readJSON(try await reader.json())
        default:
            throw AppError(.bodyUnsupported, "The body must be \(Self.formType) or \(Self.jsonType).")
        }
        try readBasic(reader.request.headers)
        guard values["client_id"] != nil, values["client_secret"] != nil else {
            throw Self.invalid("client_id and client_secret are needed, in the body or by HTTP Basic")
        }
        if let type = values["grant_type"], type != "client_credentials" {
            throw AppError(.authUnsupportedGrantType, details: ["error": "unsupported_grant_type"])
        }
    }

    /// The request, coming from an address.
    func request(from address: String) -> AccessTokens.Request {
        AccessTokens.Request(
            id: values["client_id"] ?? "", secret: Secret(values["client_secret"] ?? ""), scope: values["scope"],
            address: address)
    }

    private mutating func readForm(_ bytes: [UInt8]) throws {
        // Where the encoding is broken is of no use to a client's author: the whole form is made by a library.
        guard let text = String(validating: bytes, as: UTF8.self), let form = try? Query(form: text) else {
            throw Self.invalid("the form isn't percent-encoded UTF-8")
        }
        for name in Self.names {
            let all = form.all(name)
            guard all.count <= 1 else { throw Self.invalid("\(name) is given more than once") }
            take(name, all.first)
        }
    }

    private mutating func readJSON(_ body: JSONValue?) throws {
        guard let body else { return }
        guard let object = body.objectValue else { throw Self.invalid("the body isn't an object") }
        for name in Self.names {
            guard let value = object[name], !value.isNull else { continue }
            guard let text = value.stringValue else { throw Self.invalid("\(name) isn't a string") }
            take(name, text)
        }
    }

    /// An empty parameter counts as absent (RFC 6749 section 3.2).
    private mutating func take(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { values[name] = value }
    }

    private mutating func readBasic(_ headers: HTTPFields) throws {
        let fields = headers[values: .authorization]
        guard let field = fields.first else { return }
        guard fields.count == 1, field.prefix(Self.basic.count).lowercased() == Self.basic,
            let credentials = BasicCredentials(field.dropFirst(Self.basic.count)),
            let id = PercentCoding.decode(credentials.name[...]),
            let secret = PercentCoding.decode(credentials.password[...])
        else { throw Self.invalid("the Authorization field isn't HTTP Basic") }
        guard values["client_secret"] == nil, values["client_id"] ?? id == id else {
            throw Self.invalid("the client proves itself twice: in the body and by HTTP Basic")
        }
        take("client_id", id)
        take("client_secret", secret)
    }

    private static func invalid(_ what: String) -> AppError {
        AppError(
            .authInvalidRequest, "The request for a token can't be read: \(what).",
            details: ["error": "invalid_request"])
    }
}

extension ErrorCode {
    /// RFC 6749 section 5.2, `invalid_request`.
    public static let authInvalidRequest = ErrorCode(
        "auth.invalid_request", .malformed, "The request for a token can't be read.")
    /// RFC 6749 section 5.2, `unsupported_grant_type`.
    public static let authUnsupportedGrantType = ErrorCode(
        "auth.unsupported_grant_type", .malformed, "Tokens are given for the grant type client_credentials only.")
}
