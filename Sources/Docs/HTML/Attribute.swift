/// An attribute of an element. There is none for styles and none for code.
struct Attribute: Sendable {
    /// With a space in front.
    let markup: String

    private init(_ name: String, _ value: String) { markup = " \(name)=\"\(HTML.escaped(value))\"" }
    private init(flag name: String) { markup = " " + name }

    static func id(_ id: String) -> Attribute { Attribute("id", id) }
    static func `class`(_ names: String) -> Attribute { Attribute("class", names) }
    /// A place of this server: a path, or `#` and an anchor. Anything else leads to the documentation's first page.
    static func href(_ place: String) -> Attribute {
        let isOwn = place.hasPrefix("#") || (place.hasPrefix("/") && !place.hasPrefix("//"))
        return Attribute("href", isOwn ? place : "/docs")
    }
    static func src(_ path: String) -> Attribute { Attribute("src", path) }
    static func rel(_ relation: String) -> Attribute { Attribute("rel", relation) }
    static func type(_ type: String) -> Attribute { Attribute("type", type) }
    static func lang(_ language: String) -> Attribute { Attribute("lang", language) }
    static func name(_ name: String) -> Attribute { Attribute("name", name) }
    static func content(_ content: String) -> Attribute { Attribute("content", content) }
    static func value(_ value: String) -> Attribute { Attribute("value", value) }
    static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
    static func rows(_ count: Int) -> Attribute { Attribute("rows", String(count)) }
    static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
    static func scope(_ scope: String) -> Attribute { Attribute("scope", scope) }
    static func label(_ text: String) -> Attribute { Attribute("label", text) }
    static func role(_ role: String) -> Attribute { Attribute("role", role) }
    static func aria(_ name: String, _ value: String) -> Attribute { Attribute("aria-" + name, value) }
    static func data(_ name: String, _ value: String) -> Attribute { Attribute("data-" + name, value) }
    /// Reachable by keyboard, for what scrolls.
    static let focusable = Attribute("tabindex", "0")
    static let hidden = Attribute(flag: "hidden")
    static let required = Attribute(flag: "required")
    static let utf8 = Attribute("charset", "utf-8")
    static let noSpellcheck = Attribute("spellcheck", "false")
    static let noAutocomplete = Attribute("autocomplete", "off")
}
