/// A piece of HTML (WHATWG living standard) whose texts are escaped: text becomes markup only through ``Tag``.
struct HTML: Sendable {
    /// The markup.
    private(set) var source = ""

    /// Nothing.
    init() {}

    /// A text, escaped.
    init(text: String) { source = Self.escaped(text) }

    fileprivate init(markup: String) { source = markup }

    /// One after the other.
    init(_ parts: some Sequence<HTML>) {
        for part in parts { source += part.source }
    }

    static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.source + right.source) }

    /// A whole document.
    var document: [UInt8] { Array(("<!DOCTYPE html>\n" + source).utf8) }

    /// What may stand in a text and, between double quotes, in an attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

extension HTML: ExpressibleByStringLiteral {
    /// A text, escaped.
    init(stringLiteral text: String) { self.init(text: text) }
}

/// An element's name; calling it makes the element.
struct Tag: Sendable {
    private let name: String
    /// Whether it has neither content nor an end tag.
    private let isVoid: Bool
    /// Whether a line ends behind it, for whoever reads the source.
    private let endsLine: Bool

    private init(_ name: String, isVoid: Bool = false, endsLine: Bool = true) {
        self.name = name
        self.isVoid = isVoid
        self.endsLine = endsLine
    }

    /// The element with its attributes and content.
    func callAsFunction(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { HTML() }) -> HTML {
        element(attributes, content())
    }

    /// The element with attributes that were put together before.
    func element(_ attributes: [Attribute], _ content: HTML = HTML()) -> HTML {
        let start = "<" + name + attributes.map(\.markup).joined() + ">"
        let end = isVoid ? "" : "</\(name)>"
        return HTML(markup: start + content.source + end + (endsLine ? "\n" : ""))
    }
}

// The elements that the pages use; none of them can hold code.
extension Tag {
    static let html = Tag("html")
    static let head = Tag("head")
    static let meta = Tag("meta", isVoid: true)
    static let title = Tag("title")
    static let link = Tag("link", isVoid: true)
    /// Only ever with `src`: the content security policy refuses code in a page.
    static let script = Tag("script")
    static let noscript = Tag("noscript")
    static let body = Tag("body")
    static let header = Tag("header")
    static let nav = Tag("nav")
    static let main = Tag("main")
    static let footer = Tag("footer")
    static let section = Tag("section")
    static let div = Tag("div")
    static let h1 = Tag("h1")
    static let h2 = Tag("h2")
    static let h3 = Tag("h3")
    static let h4 = Tag("h4")
    static let p = Tag("p")
    static let ul = Tag("ul")
    static let ol = Tag("ol")
    static let li = Tag("li")
    static let dl = Tag("dl")
    static let dt = Tag("dt")
    static let dd = Tag("dd")
    static let table = Tag("table")
    static let caption = Tag("caption")
    static let thead = Tag("thead")
    static let tbody = Tag("tbody")
    static let tr = Tag("tr")
    static let th = Tag("th")
    static let td = Tag("td")
    static let figure = Tag("figure")
    static let figcaption = Tag("figcaption")
    static let details = Tag("details")
    static let summary = Tag("summary")
    static let form = Tag("form")
    static let fieldset = Tag("fieldset")
    static let legend = Tag("legend")
    static let optgroup = Tag("optgroup")
    static let option = Tag("option")
    static let pre = Tag("pre")
    static let a = Tag("a", endsLine: false)
    static let code = Tag("code", endsLine: false)
    static let strong = Tag("strong", endsLine: false)
    static let span = Tag("span", endsLine: false)
    static let label = Tag("label", endsLine: false)
    static let input = Tag("input", isVoid: true, endsLine: false)
    static let select = Tag("select", endsLine: false)
    static let textarea = Tag("textarea", endsLine: false)
    static let button = Tag("button", endsLine: false)
    static let output = Tag("output", endsLine: false)
    static let br = Tag("br", isVoid: true)
}

/// Puts elements and texts one after the other; every string is text.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ html: HTML) -> HTML { html }
    static func buildExpression(_ text: String) -> HTML { HTML(text: text) }
    static func buildBlock(_ parts: HTML...) -> HTML { HTML(parts) }
    static func buildArray(_ parts: [HTML]) -> HTML { HTML(parts) }
    static func buildOptional(_ part: HTML?) -> HTML { part ?? HTML() }
    static func buildEither(first part: HTML) -> HTML { part }
    static func buildEither(second part: HTML) -> HTML { part }
}
