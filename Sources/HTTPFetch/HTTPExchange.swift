/// One request to send.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` …
    public var method: String
    /// http or https, read as strictly as the guard reads it.
    public var url: String
    /// In order; `Host`, the length and the connection's own are added.
    public var headers: [HTTPField]
    /// Empty for a request without a body.
    public var body: [UInt8]

    /// Makes a request.
    public init(_ method: String = "GET", _ url: String, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// One header field.
public struct HTTPField: Sendable, Hashable {
    /// As it was or will be sent.
    public var name: String
    /// As it was or will be sent.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether the field has that name, which is in lower case.
    func isNamed(_ name: String) -> Bool { self.name.lowercased() == name }
}

/// An answer whose body is still to come.
public struct HTTPAnswer: Sendable {
    /// The HTTP status.
    public let status: Int
    /// In the order in which they came.
    public let headers: [HTTPField]
    /// Whose answer it is, after redirects.
    public let url: String
    /// Read once.
    public let body: HTTPBody

    /// The first field of that name, whatever its case; nil where there is none.
    public func first(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.isNamed(name) }?.value
    }
}
