/// Where an answer that points elsewhere leads (RFC 9110, 15.4).
enum Redirect {
    /// The request that follows; nil for an answer that doesn't point elsewhere.
    ///
    /// As browsers and Python's requests do, 303 and, for POST, 301 and 302 go on with GET and without a body.
    static func next(after answer: HTTPAnswer, to request: HTTPRequest) -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.first("Location") else {
            return nil
        }
        var next = request
        next.url = URLReference.resolved(location, against: request.url)
        let becomesGet =
            answer.status == 303 && request.method != "HEAD"
            || (answer.status == 301 || answer.status == 302) && request.method == "POST"
        if becomesGet {
            next.method = "GET"
            next.body = []
            next.headers.removeAll { $0.isNamed("content-type") }
        }
        if URLReference.origin(of: next.url) != URLReference.origin(of: request.url) {
            next.headers.removeAll { !harmless.contains($0.name.lowercased()) }
        }
        return next
    }

    /// Fields that may go to another origin; any other may hold a credential.
    private static let harmless: Set<String> = [
        "accept", "accept-encoding", "accept-language", "content-type", "user-agent",
    ]
}
