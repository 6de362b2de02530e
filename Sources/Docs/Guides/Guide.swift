import Domain

/// A page that tells how something is done.
struct Guide: Sendable {
    let id: String
    let title: String
    /// One sentence.
    let summary: String
    let blocks: [Block]

    /// A part of it.
    enum Block: Sendable {
        /// A paragraph; see ``HTML/init(prose:)``.
        case text(String)
        case heading(String)
        case list([String])
        /// Commands that a test runs as they stand, with a title.
        case shell(String, String)
        /// The samples of an operation, which a test runs.
        case sample(String)
        /// An example of what is said, not to be run.
        case example(String, String)
    }

    var page: Page {
        Page(path: Place.guide(id), title: title, summary: summary) { HTML(blocks.map(Self.html)) }
    }

    private static func html(_ block: Block) -> HTML {
        switch block {
        case .text(let prose): Tag.p { HTML(prose: prose) }
        case .heading(let title):
            Parts.heading(.h2, title.lowercased().filter { !",:".contains($0) }.replacing(" ", with: "-"), title)
        case .list(let items): Tag.ul { for item in items { Tag.li { HTML(prose: item) } } }
        case .shell(let title, let text), .example(let title, let text): Parts.code(text, title)
        case .sample(let id): samples(id)
        }
    }

    @HTMLBuilder private static func samples(_ id: String) -> HTML {
        if let operation = Contract.operation(id), let sample = Sample.of(operation) {
            Parts.code(sample.curl, "curl")
            if !sample.swift.isEmpty { Parts.code(sample.swift, "Swift") }
            Tag.p(.class("bounds")) {
                "All about it: "
                Tag.a(.href(Place.operation(operation))) { operation.summary }
                "."
            }
        }
    }
}

/// The guides, in the order in which someone new needs them.
enum Guides {
    static let all: [Guide] = [
        gettingStarted, authentication, paging, changeFeed, idempotency, push, connectors,
    ]
}
