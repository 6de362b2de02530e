import Domain

/// What all pages have around their content: head, way past the navigation, navigation, foot.
struct Frame: Sendable {
    let connectors: [ConnectorDescriptor]

    func document(_ page: Page) -> HTML {
        Tag.html(.lang("en")) {
            head(page)
            Tag.body {
                Tag.a(.class("skip"), .href("#content")) { "Skip to the content" }
                banner
                Tag.div(.class("frame")) {
                    navigation(page)
                    Tag.main(.id("content")) {
                        Tag.h1 { page.title }
                        Tag.p(.class("lead")) { HTML(prose: page.summary) }
                        page.content()
                    }
                }
                foot
            }
        }
    }

    private func head(_ page: Page) -> HTML {
        Tag.head {
            Tag.meta(.utf8)
            Tag.title { page.path == DocSite.root ? "Tributary" : page.title + " · Tributary" }
            Tag.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            Tag.meta(.name("description"), .content(page.summary))
            Tag.meta(.name("color-scheme"), .content("light dark"))
            Tag.link(.rel("icon"), .type("image/svg+xml"), .href(Assets.icon))
            Tag.link(.rel("stylesheet"), .href(Assets.stylesheet))
            if let script = page.script { Tag.script(.type("module"), .src(script)) }
        }
    }

    private var banner: HTML {
        Tag.header(.class("banner")) {
            Tag.a(.class("brand"), .href(DocSite.root)) {
                Tag.span(.class("mark"), .aria("hidden", "true"))
                "Tributary"
            }
            Tag.nav(.aria("label", "Main")) {
                Tag.a(.href(Place.guide("getting-started"))) { "Start" }
                Tag.a(.href(Place.playground)) { "Playground" }
                Tag.a(.href(Place.errors)) { "Errors" }
            }
        }
    }

    private var foot: HTML {
        Tag.footer {
            Tag.p {
                "For programs: "
                Tag.a(.href("/openapi.json")) { "OpenAPI" }
                " · "
                Tag.a(.href(Contract.basePath + "/manifest")) { "manifest" }
                " · "
                Tag.a(.href("/health")) { "health" }
            }
        }
    }

    /// On a narrow page the lists are shown while the menu in front of them is open.
    private func navigation(_ page: Page) -> HTML {
        Tag.nav(.class("contents"), .aria("label", "Documentation")) {
            Tag.details(.class("menu")) { Tag.summary { "Contents" } }
            Tag.div(.class("lists")) {
                list("Guides", Guides.all.map { ($0.page.path, $0.title) }, on: page)
                list("API", Contract.groups.map { (Place.group($0.id), $0.title) }, on: page)
                list("Connectors", connectors.map { (Place.connector($0.type), $0.title) }, on: page)
                list("Reference", [(Place.errors, "Errors"), (Place.playground, "Playground")], on: page)
            }
        }
    }

    private func list(_ title: String, _ links: [(path: String, title: String)], on page: Page) -> HTML {
        Tag.div {
            Tag.p(.class("list-title")) { title }
            Tag.ul {
                for link in links {
                    Tag.li {
                        Tag.a.element(
                            [.href(link.path)] + (link.path == page.path ? [.aria("current", "page")] : []),
                            HTML(text: link.title))
                    }
                }
            }
        }
    }
}
