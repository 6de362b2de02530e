import Domain

/// The page that sends requests to the server which served it.
enum PlaygroundPage {
    static let page = Page(
        path: Place.playground, title: "Playground",
        summary: "Choose an operation, fill it in, send it to this server with a token of yours.",
        script: Assets.script
    ) {
        Tag.noscript {
            Tag.p(.class("notice")) {
                HTML(
                    prose: """
                        The playground is the one page here that needs JavaScript. Without it, every operation of the \
                        [API](/docs/datasources) has a curl command that does the same.
                        """)
            }
        }
        Tag.form(.id("playground"), .class("playground"), .hidden, .data("operations", Assets.operations)) {
            token
            choice
            Tag.div(.id("fields")) {}
            Tag.p(.class("actions")) {
                Tag.button(.type("submit"), .id("send")) { "Send" }
                " "
                Tag.button(.type("button"), .id("stop"), .class("quiet"), .hidden) { "Stop" }
            }
        }
        result
    }

    private static var token: HTML {
        Tag.fieldset {
            Tag.legend { "Token" }
            Tag.p(.class("field")) {
                Tag.label(.for("token")) { "Bearer token" }
                Tag.input(
                    .id("token"), .type("password"), .noAutocomplete, .noSpellcheck,
                    .placeholder("tributary token --tenant T --sub S --scope '*'"), .aria("describedby", "token-note"))
            }
            Tag.p(.class("check")) {
                Tag.input(.id("keep"), .type("checkbox"))
                Tag.label(.for("keep")) { "Keep it until this tab is closed" }
            }
            Tag.p(.id("token-note"), .class("bounds")) {
                "It is sent to this server alone, never put into an address, and forgotten when the page is left."
            }
        }
    }

    private static var choice: HTML {
        Tag.fieldset {
            Tag.legend { "Operation" }
            Tag.p(.class("field")) {
                Tag.label(.for("operation")) { "What to do" }
                Tag.select(.id("operation")) {
                    for group in Contract.groups {
                        Tag.optgroup(.label(group.title)) {
                            for operation in group.operations {
                                Tag.option(.value(operation.id)) { operation.summary }
                            }
                        }
                    }
                }
            }
            Tag.p(.class("endpoint")) {
                Tag.span(.id("method"), .class("method")) {}
                " "
                Tag.code(.id("path"), .class("path")) {}
            }
            Tag.p(.id("about"), .class("bounds")) {}
        }
    }

    private static var result: HTML {
        Tag.section(.id("result"), .class("result"), .hidden, .aria("labelledby", "result-title")) {
            Tag.h2(.id("result-title")) { "Answer" }
            Tag.p { Tag.output(.id("status"), .aria("live", "polite")) {} }
            Tag.p(.id("problem"), .class("notice"), .hidden) {}
            Parts.block("answer", "Body")
            Tag.details {
                Tag.summary { "Headers" }
                Parts.block("headers", "Headers")
            }
            Parts.block("curl", "The same with curl")
        }
    }
}

extension Parts {
    /// A block of code that a script fills.
    fileprivate static func block(_ id: String, _ title: String) -> HTML {
        Tag.figure(.class("code")) {
            Tag.figcaption { title }
            Tag.pre(.focusable, .aria("label", title)) { Tag.code(.id(id)) {} }
        }
    }
}
