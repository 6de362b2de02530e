import Bootstrap
import Domain
import Foundation
import JSON
import Testing

@testable import Docs

/// The pages as they are made, without a server.
@Suite("The documentation's pages")
struct SiteTests {
    private static let probe = ConnectorDescriptor(
        type: "probe", title: "Probe", description: "For <tests> & people.", docsURL: "/docs/connectors/probe",
        configSchema: [
            "type": "object", "required": ["host"],
            "properties": [
                "host": ["type": "string", "description": "Where \"it\" is", "x-identity": true],
                "auth": ["type": "object", "properties": ["token": ["type": "string", "x-secret": true]]],
            ],
            "examples": [["host": "db.example"]],
        ],
        capabilities: [.check, .full], version: "1")
    private let site = DocSite(connectors: [Self.probe], errors: .tributary)

    private func text(_ path: String) -> String { String(decoding: site.page(at: path)?.bytes ?? [], as: UTF8.self) }
    private var htmlPaths: [String] { site.paths.filter { !$0.hasPrefix("/docs/assets/") } }

    /// The values of an attribute.
    private func values(_ attribute: String, in text: String) -> [String] {
        text.components(separatedBy: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("every link leads to a page and an anchor that there is")
    func links() {
        var anchors: [String: Set<String>] = [:]
        for path in htmlPaths { anchors[path] = Set(values("id", in: text(path))) }
        let others: Set = ["/openapi.json", "/api/v1/manifest", "/health", "/.well-known/jwks.json"]
        // One connector stands for all.
        let isKnown = { (page: String) in
            others.contains(page) || site.page(at: page) != nil || page.hasPrefix("/docs/connectors/")
        }
        for path in htmlPaths {
            for link in values("href", in: text(path)) + values("src", in: text(path)) {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let page = parts[0].isEmpty ? path : parts[0]
                #expect(isKnown(page), "\(path): \(link)")
                guard parts.count == 2, page != Place.playground, let known = anchors[page] else { continue }
                #expect(known.contains(parts[1]), "\(path): \(link)")
            }
        }
    }

    @Test("no id comes twice on a page, and every page has one main, one h1 and a way past the navigation")
    func structure() {
        for path in htmlPaths {
            let text = text(path)
            let ids = values("id", in: text)
            #expect(Set(ids).count == ids.count, "\(path): \(ids.filter { id in ids.filter { $0 == id }.count > 1 })")
            for once in ["<main", "<h1>", "class=\"skip\"", "<nav class=\"contents\"", "<footer"] {
                #expect(text.components(separatedBy: once).count == 2, "\(path): \(once)")
            }
            #expect(text.components(separatedBy: "<table").count == text.components(separatedBy: "<caption").count)
        }
    }

    @Test("no page has code or styles of its own, or names another host")
    func innocent() {
        for path in htmlPaths {
            let text = text(path)
            #expect(!text.contains("style=") && !text.contains("<style") && !text.contains(" onclick"))
            #expect(text.components(separatedBy: "<script").count <= 2)
            for link in values("href", in: text) + values("src", in: text) {
                #expect(link.hasPrefix("/") && !link.hasPrefix("//") || link.hasPrefix("#"), "\(path): \(link)")
            }
        }
        for asset in [Assets.stylesheet, Assets.script] { #expect(!text(asset).contains("://")) }
    }

    @Test("every operation, parameter and field of the contract can be pointed to")
    func anchors() {
        let known = Set(htmlPaths.flatMap { values("id", in: text($0)) })
        for operation in Contract.operations {
            #expect(known.contains(operation.id))
            for parameter in operation.places + operation.parameters {
                #expect(known.contains(operation.id + "." + parameter.name))
            }
        }
        for resource in Contract.resources {
            #expect(known.contains(resource.name))
            for field in resource.fields { #expect(known.contains(resource.name + "." + field.name)) }
        }
    }

    @Test("every code that an answer, a run or a reject can have is explained")
    func errors() {
        for entry in ErrorCatalog.tributary.entries where entry.uses != [.command] {
            let text = text(ErrorCatalog.page(of: entry.code))
            #expect(text.contains("What to do next") && text.contains("Who must act"), "\(entry.code)")
        }
        for code in ErrorAdvice.more.keys { #expect(ErrorCatalog.tributary[code] != nil, "\(code)") }
    }

    @Test("a connector's page tells of its fields, secrets and identity, and escapes what it says")
    func connectorPage() {
        let text = text("/docs/connectors/probe")
        #expect(text.contains("For &lt;tests&gt; &amp; people.") && !text.contains("<tests>"))
        #expect(text.contains("id=\"config.auth.token\"") && text.contains("secret: never returned"))
        #expect(text.contains("where it connects to") && text.contains("db.example"))
    }

    @Test("texts and attributes are escaped, and a link leads nowhere else")
    func escaping() {
        let html = Tag.a(.href("javascript:alert(1)"), .class("\"><script>")) { "<b> & \"c\" 'd'" }
        #expect(
            html.source
                == "<a href=\"/docs\" class=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</a>")
        #expect(
            HTML(prose: "a `b<` [c `d`](/e) **f** [g] *").source
                == "a <code>b&lt;</code> <a href=\"/e\">c <code>d</code></a> <strong>f</strong> [g] *")
    }

    @Test("the same content has the same tag, and another has another")
    func tags() {
        let other = DocSite(connectors: [], errors: .tributary)
        #expect(site.page(at: "/docs/runs")?.tag != other.page(at: "/docs/runs")?.tag)
        #expect(
            other.page(at: "/docs/runs")?.tag == DocSite(connectors: [], errors: .tributary).page(at: "/docs/runs")?.tag
        )
        #expect(site.page(at: "/docs/nothing") == nil)
    }
}
