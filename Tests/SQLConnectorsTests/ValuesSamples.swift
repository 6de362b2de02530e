/// Edge values of every type that a column can have, as their input functions read them.
enum ValuesSamples {
    /// What the sample types below are made of.
    static let schema = """
        CREATE SCHEMA "odd ""schema";
        SET search_path = "odd ""schema", pg_catalog;
        CREATE EXTENSION hstore SCHEMA "odd ""schema";
        CREATE EXTENSION citext SCHEMA "odd ""schema";
        CREATE TYPE colour AS ENUM ('red', 'Gr"ün', 'a,b', '', 'NULL', '{\\}');
        CREATE DOMAIN whole AS int4 CHECK (value > 0);
        CREATE DOMAIN word AS text;
        CREATE DOMAIN wholes AS int4[];
        CREATE DOMAIN document AS jsonb;
        CREATE TYPE pair AS (a int4, b text);
        CREATE DOMAIN pairing AS pair;
        CREATE TYPE thing AS (n numeric, t text[], p pair, w timestamptz, i interval, f float8, b bytea, d document);
        CREATE TYPE floats AS RANGE (subtype = float8);
        CREATE TYPE words AS RANGE (subtype = text);
        CREATE TABLE "Odd Table" (a int4, "B b" text);
        CREATE FUNCTION "Odd Function"(int4) RETURNS int4 LANGUAGE sql AS 'SELECT $1';
        CREATE OPERATOR ##%% (FUNCTION = "Odd Function", RIGHTARG = int4);
        """

    /// Types that no column can hold a value of: each input function refuses every text.
    static let skipped: [String: String] = [
        "gtsvector": "gtsvectorin refuses all", "pg_node_tree": "pg_node_tree_in refuses all",
        "pg_ndistinct": "pg_ndistinct_in refuses all", "pg_dependencies": "pg_dependencies_in refuses all",
        "pg_mcv_list": "pg_mcv_list_in refuses all",
        "pg_brin_bloom_summary": "brin_bloom_summary_in refuses all",
        "ghstore": "ghstore_in refuses all",
        "pg_brin_minmax_multi_summary": "brin_minmax_multi_summary_in refuses all",
    ]

    static let of: [String: [String]] = numbers.merging(texts) { $1 }.merging(times) { $1 }.merging(documents) { $1 }
        .merging(addresses) { $1 }.merging(geometry) { $1 }.merging(system) { $1 }.merging(ranges) { $1 }
        .merging(made) { $1 }

    private static let numbers: [String: [String]] = [
        "bool": ["t", "f"],
        "int2": ["0", "1", "-1", "32767", "-32768"],
        "int4": ["0", "1", "-1", "9", "10", "99", "100", "12345", "2147483647", "-2147483648"],
        "int8": powersOfTen + ["9223372036854775807", "-9223372036854775808"],
        "oid": ["0", "1", "2147483648", "4294967295"],
        "float4": [
            "0", "-0", "1", "1.5", "-2.25", "0.1", "123456.7", "16777216", "16777217", "3.4028235e38", "-3.4028235e38",
            "1.1754944e-38", "1e-45", "1e20", "0.001", "0.0009", "999999", "1000000", "0.333333343", "NaN", "Infinity",
            "-Infinity",
        ],
        "float8": [
            "0", "-0", "1", "1.5", "-2.25", "0.1", "0.3", "0.30000000000000004", "1e15", "999999999999999", "1e16",
            "1e20",
            "123456789012345678", "9007199254740993", "1.7976931348623157e308", "-1.7976931348623157e308",
            "2.2250738585072014e-308", "5e-324", "0.001", "0.0009", "1234.567891", "1234.5678912", "4.35", "NaN",
            "Infinity", "-Infinity",
        ],
        "numeric": powersOfTen + [
            "0", "0.00", "1.50", "-1.50", "1e10", "1e-10", "-0.0001", "0.00001", "10000", "9999", "9999.9999",
            "100000000",
            "12345678901234567890.1234567890", "0.1000", "1e131071", "-1e-16383", "NaN", "Infinity", "-Infinity",
            String(repeating: "9", count: 131_072), "0." + String(repeating: "7", count: 16_383),
            "-" + String(repeating: "123", count: 43_690) + "." + String(repeating: "01", count: 8191) + "5",
            "20000000000000000000000000000000000000000.00010000",
        ],
        "money": ["0", "1.5", "-0.01", "1234567.89", "92233720368547758.07", "-92233720368547758.08"],
    ]

    private static let powersOfTen = (0...18).flatMap { power in
        let one = "1" + String(repeating: "0", count: power)
        return [one, "-" + one, String(repeating: "9", count: power + 1)]
    }.filter { $0.count < 19 }

    private static let texts: [String: [String]] = [
        "text": plain, "varchar": plain, "bpchar": plain + ["trailing  "], "name": ["", "a", "with \"quotes\"\\", "ü"],
        "char": ["", "a", "\"", "\\", "\u{1}", "\u{7F}", ","],
        "xml": [
            "", "<a/>", "text <b x='1'>y</b> &quot;\\ \" more", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>ü</a>",
            "<!DOCTYPE a><a/>",
        ],
        "bytea": [
            "", "\\x00", "\\x0001", "\\x000102", "\\xfffefdfc", "\\x" + (0...255).map { hex($0) }.joined(),
            "\\x" + String(repeating: "ab", count: 70_001),
        ],
        "uuid": [
            "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "01234567-89ab-cdef-0123-456789abcdef",
        ],
        "refcursor": ["", "a b", "\"\\"],
    ]

    private static let plain: [String] =
        [
            "", " ", "NULL", "null", "{}", "a,b", "\"", "\\", "\\\"", "ü", "\u{10FFFF}", "\u{FFFF}", "\u{2028}", "'",
            "[0:1]={}",
        ]
        + [String(String.UnicodeScalarView((1...127).compactMap { Unicode.Scalar(UInt32($0)) }))]
        + (1...127).compactMap { Unicode.Scalar(UInt32($0)).map { String(Character($0)) } }
        + (1...20).map { String("abcdefghijklmnopqrstuvwxyz".prefix($0)) }
        + (0...20).map { String(repeating: "x", count: $0) + "\"" + String(repeating: "y", count: 20 - $0) }
        + (0...20).map { String(repeating: "x", count: $0) + "é" + String(repeating: "y", count: 20 - $0) + "\n" }
        + [String(repeating: "long text, ", count: 9000), String(repeating: "\u{1}", count: 70_000)]

    private static func hex(_ byte: Int) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static let days = [
        "2000-01-01", "1999-12-31", "2000-02-29", "1900-02-28", "1900-03-01", "0001-01-01", "0001-12-31 BC",
        "0001-02-28 BC", "0044-03-15 BC", "0005-02-29 BC", "4714-11-24 BC", "9999-12-31", "10000-01-01", "12026-01-01",
        "294276-12-31",
    ]
    private static let stamps =
        days.map { $0.hasSuffix("BC") ? $0.replacing(" BC", with: " 01:02:03.000004 BC") : $0 + " 23:59:59.999999" }
        + days + ["infinity", "-infinity", "1970-01-01 00:00:00.5", "1999-12-31 23:59:59.999999"]

    private static let times: [String: [String]] = [
        "date": days + ["infinity", "-infinity", "5874897-12-31"], "timestamp": stamps,
        "timestamptz": stamps + ["0044-03-15 12:00:00.1+00 BC", "2020-06-01 12:00:00+05:30"],
        "time": ["00:00", "24:00:00", "23:59:59.999999", "00:00:00.000001", "12:34:56.7"],
        "timetz": [
            "00:00+00", "24:00:00+15:59:59", "00:00-15:59:59", "12:00+05:30", "23:59:59.999999-08", "01:02:03-00:00:01",
            "01:02:03+00:00:59",
        ],
        "interval": intervals,
    ]

    private static let intervals = [
        "0", "1 year 2 mons 3 days 04:05:06.789", "-1 year", "-1 mon", "13 mons", "-13 mons", "1 mon -1 day",
        "-1 mon 1 day",
        "1 day -00:00:00.000001", "-1 day 00:00:00.000001", "00:00:00.1", "-00:00:00.1", "00:01", "-00:01", "01:00",
        "-01:00", "00:59:59.999999", "-00:59:59.999999", "1 year -1 day 01:00", "25:00", "48:00:00", "100 days",
        "2147483647 days", "-2147483648 days", "178956970 years 7 mons", "-178956970 years -8 mons",
        "PT2562047788H54.775807S", "PT-2562047788H-54.775808S", "PT-2562047788H-54.775807S",
        "P178956970Y7M2147483647DT2562047788H54.775806S", "P-178956970Y-8M-2147483648DT-2562047788H-54.775807S",
        "P178956970Y7M-2147483648DT2562047788H54.775807S",
    ]

    private static let documents: [String: [String]] = [
        "json": json + [
            "{ \"b\" : 1 , \"a\":\t2,\n\"b\" : 3 }", "{\"a\":\"x \\\" \\\\ y\" , \"\" : [ ] }",
            "  [ 1 , 2.50e+010 ,-0.0]  ",
            "\"\\ud800 lone\"", "\"\\u0000\"", "123456789012345678901234567890.10", "{\"a \\\\\":  \" }\"}",
        ],
        "jsonb": json + ["{\"b\":1,\"a\":2}", "1e400", "-123456789012345678901234567890.10", "[1.50, 1.500]"],
        "jsonpath": ["$", "$.a[*] ? (@.b > 1 && @.c like_regex \"^x\")", "strict $.\"a \\\"b\""],
    ]

    private static let json = [
        "true", "0", "\"\"", "\"a\"", "[]", "{}", "[null]", "[\"a\",{\"b\":[1,{\"c\":null}]}]",
        "\"\\u00e9\\n\\\"\\\\/\"",
        "{\"k\":\"\u{10FFFF}\"}", String(repeating: "[", count: 62) + String(repeating: "]", count: 62),
    ]

    private static let addresses: [String: [String]] = [
        "inet": ["10.0.0.1", "10.0.0.1/8", "0.0.0.0/0", "::1", "2001:db8::1/32", "::ffff:1.2.3.4", "::/0"],
        "cidr": ["10.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "::1/128"],
        "macaddr": ["00:00:00:00:00:00", "08:00:2b:01:02:ff"], "macaddr8": ["08:00:2b:01:02:03:04:ff"],
        "bit": ["", "0", "1", "10110"], "varbit": ["", "0", "1", "101100000000000000000001"],
    ]

    private static let geometry: [String: [String]] = [
        "point": ["(0,0)", "(-1.5,1e300)", "(Infinity,-Infinity)", "(NaN,0.1)"],
        "line": ["{1,2,3}", "{0.1,-1,0}"], "lseg": ["[(0,0),(1.5,-1)]"],
        "box": ["(1,1),(0,0)", "(0.1,5e-324),(-1,-2)"],
        "path": ["[(0,0),(1,1)]", "((0,0),(1,1),(2,0.3))"], "polygon": ["((0,0))", "((0,0),(1,1),(2,0.3))"],
        "circle": ["<(0,0),1>", "<(0.1,-1),1e10>"],
    ]

    private static let system: [String: [String]] = [
        "tsvector": ["", "'a':1A,2B 'b''c':3 'd\\\\e' ' f '"], "tsquery": ["", "'a' & !'b''c':*AB | 'd' <2> 'e'"],
        "pg_lsn": ["0/0", "FFFFFFFF/FFFFFFFF", "16/B374D848"], "xid": ["0", "4294967295"],
        "xid8": ["0", "18446744073709551615"], "cid": ["0", "4294967295"], "tid": ["(0,0)", "(4294967295,65535)"],
        "txid_snapshot": ["10:20:10,14,15", "1:1:"], "pg_snapshot": ["10:20:10,14,15", "1:1:"],
        "aclitem": ["postgres=r/postgres", "=r*w/postgres"], "int2vector": ["", "1", "1 -2 32767"],
        "oidvector": ["", "0", "1 4294967295"],
        "regclass": ["-", "pg_class", "\"odd \"\"schema\".\"Odd Table\"", "99999999"],
        "regproc": ["-", "boolin", "\"odd \"\"schema\".\"Odd Function\"", "99999999"],
        "regprocedure": ["-", "boolin(cstring)", "\"odd \"\"schema\".\"Odd Function\"(int4)"],
        "regoper": ["0", "\"odd \"\"schema\".##%%", "99999999"],
        "regoperator": ["0", "+(int4,int4)", "\"odd \"\"schema\".##%%(NONE,int4)"],
        "regtype": ["-", "int4", "\"char\"", "timestamptz[]", "\"odd \"\"schema\".colour"],
        "regrole": ["-", "postgres"], "regnamespace": ["-", "pg_catalog", "\"odd \"\"schema\""],
        "regconfig": ["-", "english"], "regdictionary": ["-", "simple"], "regcollation": ["-", "\"C\""],
    ]

    private static let ranges: [String: [String]] = [
        "int4range": ["empty", "(,)", "[1,2)", "(,5)", "[-2147483648,)"],
        "int8range": ["empty", "(,)", "[-9223372036854775808,9223372036854775807)"],
        "numrange": ["empty", "[1.50,2.0]", "(1,2)", "[1,2)", "(1,2]", "(,1]", "[NaN,)", "[-Infinity,Infinity]"],
        "daterange": ["empty", "[2000-01-01,2001-01-01)", "[infinity,)", "[0044-03-15 BC,)"],
        "tsrange": ["empty", "[\"2000-01-01 01:02:03.4\",infinity]", "(\"0044-03-15 00:00:00 BC\",)"],
        "tstzrange": ["empty", "[\"2000-01-01 01:02:03.4+02\",infinity)", "(,\"0044-03-15 00:00:00+00 BC\"]"],
        "int4multirange": ["{}", "{[1,2),[5,7)}", "{(,)}"], "int8multirange": ["{}", "{[1,2),[5,)}"],
        "nummultirange": ["{}", "{[1.50,2.0],(3,4)}"], "datemultirange": ["{}", "{[2000-01-01,2001-01-01)}"],
        "tsmultirange": ["{}", "{[\"2000-01-01 01:02:03.4\",infinity]}"],
        "tstzmultirange": ["{}", "{[\"2000-01-01 01:02:03.4+02\",)}"],
        "floats": ["empty", "[0.1,0.30000000000000004]", "[-0,5e-324)", "(,NaN)"], "floats_multirange": ["{[0.1,0.3)}"],
        "words": ["[\"a \"\"b\\\\\",\"c,d\")", "[\"\",a]", "(,\"ü\")"],
        "words_multirange": ["{[\"a \"\"b\\\\\",\"c,d\")}"],
    ]

    private static let made: [String: [String]] = [
        "colour": ["red", "Gr\"ün", "a,b", "", "NULL", "{\\}"], "whole": ["1", "2147483647"],
        "word": ["", "a\"b\\", "ü\n"],
        "wholes": ["{}", "{1,NULL,3}", "[0:1]={1,2}"], "document": ["{\"b\": 1, \"a\": \"x\\\"\"}", "null"],
        "pair": ["(,)", "(1,)", "(,\"\")", "(-1,\"a \"\"b\"\" \\\\ , ( ) '\")"], "pairing": ["(1,x)"],
        "thing": [
            "(,,,,,,,)",
            "(1.50,\"{\"\"a,b\"\",NULL,\"\"\\\\\"\"c\\\\\"\"\"\"}\",\"(1,\"\"x\"\"\"\"y\"\")\",\"0044-03-15 00:00:00+00 BC\","
                + "\"1 year -00:00:00.1\",5e-324,\"\\\\x00ff\",\"{\"\"a\"\": [1, null]}\")",
        ],
        "Odd Table": ["(1,x)", "(,)"], "hstore": ["", "a=>1, \"b \\\"c\\\"\"=>NULL, \"\"=>\"\""],
        "citext": ["", "AbC\"\\"],
        "cardinal_number": ["0", "2147483647"], "character_data": ["", "a\"b"], "sql_identifier": ["a", "\"x\""],
        "time_stamp": ["2000-01-01 00:00:00.12+00", "0044-03-15 00:00:00+00 BC"], "yes_or_no": ["YES", "NO"],
    ]
}
