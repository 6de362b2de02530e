import Domain
import HTTPTypes
import Testing
import WireAPI

@testable import HTTPAPI

@Suite("The table of routes")
struct RouteTableTests {
    private let table = RouteTable(Routes.all)

    @Test("a path built from values leads to its route and gives them back")
    func roundTrip() throws {
        let awkward = "public.orders / 100% ä?#%2F"
        let found = try #require(table.find(Paths.records.text("ds_1", awkward)))
        #expect(found.place.template == Paths.records.template)
        #expect(found.values == ["ds_1", awkward])
        #expect(table.find(Paths.datasources.text)?.values == [])
    }

    @Test("every operation is found at its path", arguments: Routes.all.map(\.operation.path))
    func all(path: String) throws {
        let found = try #require(table.find(path.replacing("{", with: "%7B")))
        #expect(found.place.template == path)
    }

    @Test(
        "a path that isn't any route's leads nowhere",
        arguments: [
            "/api/v1/datasources/", "/api/v1/datasources/a/b", "/api/v2/datasources/a", "/api/v1/datasources/%",
            "/api/v1/datasources/%4", "/api/v1/datasources/%zz", "/api/v1/datasources/%FF", "/api/v1/datasources//runs",
            "/API/v1/datasources", "api/v1/datasources", "/", "",
        ])
    func mismatch(path: String) { #expect(table.find(path) == nil) }

    @Test("a fixed segment goes before a value, and a value where the fixed one leads nowhere")
    func order() {
        // What the contract doesn't have is put below a path of its own.
        let table = RouteTable(
            ["a/{x}/c", "a/b", "{x}/d"].map { path in Route(path) { _ in .empty(.noContent) } })
        #expect(table.find("/undeclared/a/b")?.place.template == "/undeclared/a/b")
        #expect(table.find("/undeclared/a/b/c")?.values == ["b"])
        #expect(table.find("/undeclared/a/d")?.place.template == "/undeclared/{x}/d")
    }
}
