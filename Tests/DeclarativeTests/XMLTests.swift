import Interpolation
import Testing

@testable import Declarative

@Suite("XML as one object")
struct XMLTests {
    @Test(
        "has attributes with @, text beside them as #text, and lists of what occurs again",
        arguments: zip(
            [
                "<a/>", "<a> x </a>", "<a>1<b/>2</a>", #"<a id="1"> x </a>"#, "<r><i>1</i><o/><i>2</i><i/></r>",
                #"<n:a xmlns:n="u"><n:b k='x &amp; "y"'/></n:a>"#, "<a><![CDATA[<b>&amp;]]>&#x41;&lt;</a>",
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e \"x\">]>\n<!-- c --><a>1&e;2<?p?></a>\n",
            ],
            [
                ["a": .none], ["a": "x"], ["a": ["b": .none, "#text": "12"]], ["a": ["@id": "1", "#text": "x"]],
                ["r": ["i": ["1", "2", .none], "o": .none]],
                ["n:a": ["@xmlns:n": "u", "n:b": ["@k": #"x & "y""#]]], ["a": "<b>&amp;A<"], ["a": "12"],
            ] as [Value]))
    func shapes(text: String, shape: Value) throws {
        #expect(try XMLBodyDecoder().elements(text) == [shape])
    }

    @Test(
        "is nothing where the text isn't XML",
        arguments: [
            "", "x", "<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "<a>&</a>", #"<a b="1" b="2"/>"#, "<a b=1/>", "<1/>",
            "<a/>x",
            "<a>]]></a>", "<a>&#0;</a>",
        ])
    func malformed(text: String) throws {
        #expect(try XMLBodyDecoder().elements(text) == [])
    }

    @Test("may nest 200 deep, not more")
    func depth() throws {
        let nested = { (depth: Int) in String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(try XMLBodyDecoder().elements(nested(200)).count == 1)
        #expect(try XMLBodyDecoder().elements(nested(201)).isEmpty)
    }

    @Test("is read in the encoding that its media type names")
    func charset() throws {
        let body: [UInt8] = Array("<a>".utf8) + [0xE9] + Array("</a>".utf8)
        #expect(try XMLBodyDecoder().elements(body, type: "text/xml; charset=\"ISO-8859-1\"") == [["a": "é"]])
        #expect(try XMLBodyDecoder().elements(body).isEmpty)
    }
}
