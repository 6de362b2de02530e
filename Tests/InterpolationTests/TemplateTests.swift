import Domain
import Interpolation
import Testing

@Suite("A template")
struct TemplateTests {
    @Test(
        "is a literal where its text is one",
        arguments: [
            ("{{ 1 }}", "1"), ("123", "123"), ("00123", #""00123""#), ("1_000", "1000"), ("1e3", "1000.0"),
            ("None", "null"), ("True", "true"), ("true", #""true""#), ("'a'", #""a""#), ("[1, 'x']", #"[1,"x"]"#),
            ("1,2", "[1,2]"), ("-5", "-5"), ("2020-01-01", #""2020-01-01""#), ("0x1f", "31"), ("\n1 ", "1"),
            ("1 # one\n # and no more", "1"),
            ("{'a': None}", #"{"a":null}"#), ("{1, 2}", #""{1, 2}""#), ("1+2j", #""1+2j""#),
            ("{{ 'a' }}b", #""ab""#), ("{{ record.id }}0", "70"), ("{{ '1.0' }}", "1.0"),
            ("{{ 2 ** 70 }}", "1180591620717411303424"),
        ])
    func literals(template: String, expected: String) throws { #expect(try value(template) == expected) }

    @Test("keeps its text where a literal of another type is wanted")
    func types() throws {
        #expect(try value("{{ 1 }}", types: [.string, .list]) == #""1""#)
        #expect(try value("{{ [1] }}", types: [.string, .list]) == "[1]")
        #expect(try value("True", types: .int) == "true")
        #expect(try value("1.5", types: .int) == #""1.5""#)
    }

    @Test(
        "takes its default where it is empty or uses an undefined value",
        arguments: [
            ("{{ record.missing }}", "null"), ("{{ record.missing.deeper }}", "null"), ("{{ '' }}", "null"),
            ("{{ record.missing + 1 }}", "null"), ("a{{ record.missing }}", #""a""#),
            ("{{ record.missing or 'd' }}", #""d""#), ("{{ record.missing | default(1) }}", "1"),
            ("{{ record.none }}", "null"), ("{{ next_page_token }}", "null"),
        ])
    func undefined(template: String, expected: String) throws {
        #expect(try value(template) == expected)
        if expected == "null", !template.contains("none"), !template.contains("token") {
            #expect(try value(template, default: "{{ 4 }}") == "4")
        }
    }

    @Test("has itself as default in a field, which fails again where a value is undefined")
    func fields() throws {
        #expect(try Template("{{ record.missing }}").string(in: .sample()) == "")
        #expect(throws: AppError.self) { try Template("{{ record.missing.deeper }}").string(in: .sample()) }
    }

    @Test("stays as it is where an operation doesn't take its types")
    func typeErrors() throws {
        for text in ["{{ 1 + 'a' }}", "{{ record | length + none }}", "{{ 'a' - 1 }}x", "{{ [1] < 1 }}"] {
            #expect(try value(text) == "\"\(text)\"")
        }
    }

    @Test("fails where a name isn't in its context, used or not")
    func undeclared() throws {
        for text in [
            "{{ last_record }}", "{{ 1 or foo }}", "{{ foo is defined }}", "{% if false %}{{ foo }}{% endif %}",
        ] {
            expectFailure(.templateUndeclared) { try value(text) }
        }
        expectFailure(.templateUndeclared) { try value("{% if true %}{% set a = 1 %}{% endif %}") }
        #expect(try value("{% if true %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}{{ a }}") == "1")
        expectFailure(.templateUndeclared) { try value("stream_state") }
    }

    @Test(
        "says beforehand what is wrong with its text",
        arguments: ["{{ 1", "{{ 1 + }}", "{% if 1 %}", "{{ a | nofilter }}"])
    func faults(text: String) throws {
        let template = Template(text)
        #expect(template.fault?.code == "template.invalid")
        expectFailure(.templateInvalid) { try template.value(in: .sample()) }
    }

    @Test(
        "is false as a condition for what counts as nothing",
        arguments: [
            "", "{{ '' }}", "false", "{{ 0 }}", "0.0", "{{ [] }}", "{{ {} }}", "()", "{{ record.a.b }}", "{{ none }}",
            "set()",
        ])
    func falseConditions(text: String) throws { #expect(try !Template(text).isTrue(in: .sample())) }

    @Test(
        "is true as a condition for all else",
        arguments: ["x", "{{ 1 }}", "{{ [0] }}", "{{ 1 < 2 }}", "{{ 1 + 'a' }}", "no"])
    func trueConditions(text: String) throws { #expect(try Template(text).isTrue(in: .sample())) }

    @Test("sees a slice's attributes before its keys, and a dictionary's methods before its keys")
    func members() throws {
        #expect(try value("{{ stream_partition.extra_fields.title }}") == #""T""#)
        #expect(try value("{{ stream_interval['start_time'] }}") == #""2025-06-10""#)
        #expect(try value("{{ stream_slice.partition }}") == #"{"parent":"p","data":1}"#)
        #expect(try value("{{ stream_slice.data }}") == "1")
        #expect(try value("{{ record['items'] }}") == "3")
        #expect(try value("{{ record.items is callable }}") == "true")
        #expect(try value("{{ record.__class__ }}") == "null")
        expectFailure(.templateFailed) { try value("{{ record.__class__.mro }}") }
    }

    @Test("minds an unknown filter only where it comes to be used, if that depends on a condition")
    func unknownFilters() throws {
        #expect(try value("{{ 1 if true else 2 | nofilter }}") == "1")
        #expect(try value("{{ 2 | nofilter if false else 1 }}") == "1")
        expectFailure(.templateFailed) { try value("{{ 2 | nofilter if true else 1 }}") }
        #expect(try value("{% if false %}{{ 2 is notest }}{% endif %}1") == "1")
        expectFailure(.templateInvalid) { try value("{{ false and (2 | nofilter) }}") }
    }

    @Test("changes nothing outside of itself")
    func mutations() throws {
        #expect(try value("{% set x = [1] %}{% set _ = x.append(2) %}{{ x }}") == "[1,2]")
        #expect(
            try value(
                "{% set n = namespace(l=[]) %}{% for i in 'ab' %}{% set _ = n.l.append(i) %}{% endfor %}{{ n.l }}")
                == #"["a","b"]"#)
        #expect(try value("{{ record.update({'id': 8}) }}{{ record.id }}") == #""None7""#)
    }

    @Test("needs no context where its text is plain")
    func constants() {
        #expect(Template("plain {text}").isConstant)
        #expect(!Template("{{ 1 }}").isConstant)
        #expect(Template("{{ record.id }}{{ x }}").names == ["record", "x"])
    }
}

@Suite("A field")
struct TemplateFieldTests {
    @Test("keeps its own text where that is its first value")
    func plainField() throws {
        let field = TemplateField(Template("{{ record.id + 'x' }}"))
        var context = try Context.sample()
        #expect(try field.value(in: context) == .string("{{ record.id + 'x' }}"))
        context[.record] = ["id": "a"]
        #expect(try field.value(in: context) == .string("{{ record.id + 'x' }}"))
    }

    @Test("is evaluated each time where its first value is another")
    func evaluatedField() throws {
        let field = TemplateField(Template("{{ record.id }}"))
        var context = try Context.sample()
        #expect(try field.value(in: context) == 7)
        #expect(try field.value(in: context, types: .string) == "7")
        context[.record] = ["id": "a"]
        #expect(try field.value(in: context) == "a")
    }
}
