import Domain
import Glibc
import Interpolation
import Testing

/// Texts that would take for ever, or all memory, if they were let.
@Suite("A template's bounds", .serialized)
struct BoundsTests {
    static let nested = [
        "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000) + " }}",
        "{{ " + String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000) + " }}",
        "{{ " + String(repeating: "not ", count: 20_000) + "1 }}",
        "{{ " + String(repeating: "-", count: 20_000) + "1 }}",
        "{{ " + String(repeating: "1 + ", count: 20_000) + "1 }}",
        "{{ " + String(repeating: "1 if 1 else ", count: 20_000) + "1 }}",
        "{{ 'a'" + String(repeating: " | upper", count: 20_000) + " }}",
        "{{ record" + String(repeating: ".a", count: 20_000) + " }}",
        String(repeating: "{% if 1 %}", count: 2000) + String(repeating: "{% endif %}", count: 2000),
        String(repeating: "{{ 1 }}", count: 100_000),
        "{% set a = [1] %}" + String(repeating: "{% set a = [a] %}", count: 400) + "{{ a }}",
        "{% set a = [1] %}" + String(repeating: "{% set a = [a, a] %}", count: 60) + "{{ a }}",
        "{% set n = namespace(a=[]) %}{% for i in 'x' * 50000 %}{% set n.a = [n.a] %}{% endfor %}{{ n.a }}",
        "{% set x = [] %}{% for i in 'x' * 50000 %}{{ x.append(x) }}{% endfor %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for i in [1] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    ]

    static let large = [
        "{{ 10 ** 10000000 }}", "{{ 99999999999999999999 ** 999999999999999999 }}", "{{ (2 ** 10000) * (2 ** 10000) }}",
        "{{ 'a' * 1000000000 }}", "{{ 'ab' * 9223372036854775807 }}", "{{ [0] * 100000000 }}",
        "{{ ('a' * 4000000) ~ ('a' * 4000000) }}", "{{ 'a' | center(999999999) }}", "{{ '1'.zfill(2000000000) }}",
        "{{ '%999999999d' % 1 }}", "{{ '{:{}}'.format(1, 999999999) }}", "{{ '%.999999999f' % 1.5 }}",
        "{{ ('a\\n' * 100000) | indent(9999) }}", "{{ [1] | batch(100000000, 0) | list }}",
        "{{ [[1]] | tojson(indent=99999999) }}", "{{ '\\t'.expandtabs(1000000000) }}",
        "{{ ('a' * 1000000) | replace('a', 'aaaaaaaaaaaaaaaaaaaa') }}", "{{ ('a' * 100000) | join('b' * 100) }}",
        "{{ now_utc().strftime('%c' * 1000000) }}",
        "{% set a = 'aaaaaaaa' %}"
            + String(repeating: "{% set a = a ~ a %}", count: 40) + "{{ a }}",
    ]

    static let long = [
        "{{ ('a b' * 300000) | title | title | title | title | length }}",
        "{{ ('<b>&' * 300000) | striptags | e | striptags | e | length }}",
        "{{ ('é' * 300000) | urlencode | urlencode | urlencode | length }}",
        "{{ [[[0] * 1000] * 1000] * 1000 }}", "{{ ['a' * 1000] * 90000 }}",
        "{% for a in 'x' * 100000 %}{% for b in 'x' * 100000 %}{{ a }}{% endfor %}{% endfor %}",
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_search('(a+)+$') }}",
        "{{ ('a' * 5000) | regex_search('(a|a)*b') }}", "{{ ('a' * 30000) | regex_search('a*a*a*a*b(c)') }}",
        "{{ ('a' * 100) | regex_search('((a{1,100}){1,100}){1,100}') }}",
        "{{ ('ab' * 200000) | regex_search('(.*)(.*)(.*)z') }}",
        "{{ ('zyx' * 60000) | sort | join }}", "{{ ('x' * 200000) | map('upper') | map('lower') | list | length }}",
        "{{ ('a ' * 1000000).split() | length }}", "{{ ('a b ' * 500000) | wordwrap(3) }}",
        "{{ '[' * 60 ~ '1,' * 500000 ~ ']' * 60 }}", "{{ '1,' * 900000 }}",
        "{% set a = 'é' * 900000 %}" + String(repeating: "{{ a | length }}", count: 400),
        "{% set a = ('9' * 4000) | int %}{% set b = ('7' * 2000) | int %}"
            + String(repeating: "{{ a // b }}", count: 400),
        "{% set a = 'a' * 1000000 %}" + String(repeating: "{% set b = a.lower() %}", count: 100),
    ]

    @Test("end texts that nest without end", arguments: nested)
    func nesting(text: String) throws { try expectEnd(of: text) }

    @Test("end texts that make something large", arguments: large)
    func sizes(text: String) throws { try expectEnd(of: text) }

    @Test("end texts that take long", arguments: long)
    func steps(text: String) throws { try expectEnd(of: text) }

    @Test("let what is long but harmless pass")
    func harmless() throws {
        #expect(try value("{{ (('<!--' * 90000) | striptags) | length }}") == "360000")
        #expect(try value("{{ ('ß' * 100000) | upper | length }}") == "200000")
        #expect(try value("{{ ('a' * 1000000).find('a' * 500000 ~ 'b') }}") == "-1")
    }

    private func expectEnd(of text: String) throws {
        let context = try Context.sample()
        let before = Self.processorSeconds
        expectFailure(.templateTooCostly) { try Template(text).value(in: context) }
        #expect(Self.processorSeconds - before < Self.limit)
    }

    /// What this thread has used of a processor.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    #if DEBUG
        /// Unoptimised code takes some twenty times as long.
        private static let limit = 3.0
    #else
        private static let limit = 0.1
    #endif
}
