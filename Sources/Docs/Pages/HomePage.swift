import Domain

/// The documentation's first page.
enum HomePage {
    static func page(_ connectors: [ConnectorDescriptor]) -> Page {
        Page(
            path: DocSite.root, title: "Tributary",
            summary: """
                Keeps copies of your tenants' external data: register a system, sync it on demand or on a schedule, and \
                read a change feed that misses nothing.
                """
        ) {
            Tag.p {
                HTML(
                    prose: """
                        Everything here is one HTTP API below `\(Contract.basePath)`, JSON in and out. New here? \
                        [Getting started](/docs/guides/getting-started) takes five minutes; the \
                        [playground](/docs/playground) sends requests to this very server.
                        """)
            }
            cards("Guides", Guides.all.map { ($0.page.path, $0.title, $0.summary) })
            cards("API", Contract.groups.map { (Place.group($0.id), $0.title, $0.note) })
            cards("Connectors", connectors.map { (Place.connector($0.type), $0.title, $0.description) })
            cards(
                "Reference",
                [
                    (Place.errors, "Errors", "Every code: what it means, who must act, what to do next."),
                    (Place.playground, "Playground", "Send a request with a token of yours and see its answer."),
                    ("/openapi.json", "OpenAPI", "The API's description for programs, OpenAPI 3.1."),
                    (Contract.basePath + "/manifest", "Manifest", "Resources, fields, verbs and paths as JSON."),
                ])
        }
    }

    private static func cards(_ title: String, _ cards: [(path: String, title: String, note: String)]) -> HTML {
        Tag.section {
            Parts.heading(.h2, title.lowercased(), title)
            Tag.ul(.class("cards")) {
                for card in cards {
                    Tag.li {
                        Tag.a(.href(card.path)) { card.title }
                        Tag.p { HTML(prose: card.note) }
                    }
                }
            }
        }
    }
}
