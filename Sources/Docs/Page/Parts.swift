import Domain
import JSON

/// Pieces that several pages have.
enum Parts {
    /// A heading that can be pointed to.
    static func heading(_ tag: Tag, _ id: String, _ title: HTML) -> HTML {
        tag(.id(id)) {
            title
            " "
            Tag.a(.class("anchor"), .href("#" + id), .aria("label", "Link to this")) { "#" }
        }
    }

    static func heading(_ tag: Tag, _ id: String, _ title: String) -> HTML { heading(tag, id, HTML(text: title)) }

    /// A block of code that scrolls by itself.
    static func code(_ text: String, _ title: String) -> HTML {
        Tag.figure(.class("code")) {
            Tag.figcaption { title }
            Tag.pre(.focusable, .aria("label", title)) { Tag.code { text } }
        }
    }

    static func json(_ value: JSONValue, _ title: String) -> HTML { code(value.indented(width: 60), title) }

    /// `GET`, in its colour.
    static func method(_ operation: Domain.Operation) -> HTML {
        Tag.span(.class("method " + operation.method.rawValue.lowercased())) { operation.method.rawValue }
    }

    /// A path in which lines may end behind slashes.
    static func path(_ path: String) -> HTML {
        Tag.code(.class("path")) { path }
    }

    static func badge(_ text: String, _ kind: String = "") -> HTML {
        Tag.span(.class(kind.isEmpty ? "badge" : "badge " + kind)) { text }
    }

    /// A table of two columns; each row can be pointed to.
    static func table(_ caption: HTML, _ columns: (String, String), _ rows: [Row]) -> HTML {
        Tag.table {
            Tag.caption { caption }
            Tag.thead {
                Tag.tr {
                    Tag.th(.scope("col")) { columns.0 }
                    Tag.th(.scope("col")) { columns.1 }
                }
            }
            Tag.tbody {
                for row in rows {
                    Tag.tr.element(
                        row.id.map { [.id($0)] } ?? [],
                        Tag.th(.scope("row")) { row.name } + Tag.td { row.meaning })
                }
            }
        }
    }

    /// One row of a table.
    struct Row {
        /// Its anchor.
        var id: String?
        let name: HTML
        let meaning: HTML

        init(id: String? = nil, @HTMLBuilder name: () -> HTML, @HTMLBuilder meaning: () -> HTML) {
            self.id = id
            self.name = name()
            self.meaning = meaning()
        }
    }

    /// A link to a code's page, where there is one.
    static func error(_ code: String) -> HTML {
        Tag.a(.href(Place.error(code))) { Tag.code { code } }
    }
}
