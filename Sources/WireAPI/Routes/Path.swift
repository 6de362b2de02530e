/// One route's path, declared once: the server's router takes ``template``, clients build paths with the values filled in.
///
/// `Values` is what the template's braces stand for: `Void`, `String` or a tuple of two.
public struct Path<Values>: Sendable {
    /// The path with a name in braces where a value belongs: `/api/v1/datasources/{id}`.
    public let template: String
    private let segments: [Segment]

    private enum Segment: Sendable {
        case literal(String)
        case value
    }

    /// Declares a path; `template` begins with `/`.
    init(_ template: String) {
        self.template = template
        segments = template.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.hasPrefix("{") ? .value : .literal(String($0))
        }
    }

    fileprivate func filled(_ values: [String]) -> String {
        var remaining = values[...]
        return segments.reduce(into: "") { path, segment in
            path += "/"
            switch segment {
            case .literal(let text): path += text
            case .value: path += PercentCoding.encode(remaining.popFirst() ?? "")
            }
        }
    }
}

extension Path where Values == Void {
    /// The path.
    public var text: String { template }
}

extension Path where Values == String {
    /// The path with its value percent-encoded into place.
    public func text(_ value: String) -> String { filled([value]) }
}

extension Path where Values == (String, String) {
    /// The path with its values percent-encoded into place, in the template's order.
    public func text(_ first: String, _ second: String) -> String { filled([first, second]) }
}
