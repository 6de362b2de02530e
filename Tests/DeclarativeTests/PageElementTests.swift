import Interpolation
import Testing

@testable import Declarative

@Suite("A page's first element in templates")
struct PageElementTests {
    @Test(
        "shows its members, whichever way they are asked for",
        arguments: [
            ("{{ response.next }}", "n"), ("{{ response['next'] }}", "n"), ("{{ response.get('next') }}", "n"),
            ("{{ response.get('gone', 'd') }}", "d"), ("{{ response.meta.page + 1 }}", 3),
            ("{{ response['meta']['page'] }}", 2), ("{{ response.gone.x is defined }}", false),
            ("{{ 'next' in response }}", true), ("{{ response | length }}", 3), ("{{ response['data'][-1].id }}", 9),
        ] as [(String, Value)])
    func members(_ example: (template: String, value: Value)) throws {
        let text = Array(#"{"next":"n","meta":{"page":2},"data":[{"id":8},{"id":9}]}"#.utf8)
        var context = Context(config: [:], sources: .still)
        context[.response] = .object(ParsedLater(text[...]))
        #expect((try? Template(example.template).string(in: context)) ?? false == example.value)
    }
}
