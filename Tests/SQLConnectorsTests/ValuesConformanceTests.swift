import JSON
import TestSupport
import Testing

@testable import SQLConnectors

/// A type as the catalogue has it, and how to name it in SQL.
private struct CataloguedType {
    var name: String
    var quoted: String
    var reading: ColumnReading
    var arrayReading: ColumnReading
    var hasArray: Bool
    var hasSend: Bool
}

@Suite("Values of a real PostgreSQL", .ownThreads)
struct ValuesConformanceTests {
    /// How the connector sets its sessions.
    static let settings = """
        SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'UTC';
        SET extra_float_digits = 3; SET bytea_output = 'hex'; SET search_path = pg_catalog; SET lc_monetary = 'C';
        SET xmloption = 'content'
        """

    @Test("every value of every type reads back from its JSON as it was")
    func everyType() throws {
        let server = try ValuesServer()
        let (source, reader) = try Self.connections(server)
        try source.run("RESET search_path")
        try source.run(ValuesSamples.schema)
        try source.run(Self.settings)
        let types = try Self.types(source)
        try Self.checkSkips(source)
        var count = 0
        for type in types {
            guard let samples = ValuesSamples.of[type.name] else {
                Issue.record("no samples of \(type.name)")
                continue
            }
            var check = TypeCheck(type: type, source: source, reader: reader)
            try check.run(samples)
            count += check.count
        }
        #expect(Set(types.map(\.name)) == Set(ValuesSamples.of.keys))
        print("\(count) values of \(types.count) types and their arrays came back as they were")
        #expect(types.count >= 90)
        #expect(count >= 4000)
    }

    /// What makes a value of a type by chance.
    private static let chances: [String: String] = [
        "int8": "((random() - 0.5) * 2::float8 ^ (random() * 63)::int4)::int8",
        "date": "date '2000-01-01' + (random() * (random() * 1e9)::int4 - 2451545)::int4",
        "timestamptz": "to_timestamp((random() - 0.0223) * 9.2e12 * random() ^ 8)",
        "timestamp": "to_timestamp((random() - 0.0223) * 9.2e12 * random() ^ 8) AT TIME ZONE 'UTC'",
        "time": "time '00:00' + random() * interval '24 hours'",
        "interval": """
        make_interval(months => ((random() - 0.5) * 1e4)::int4, days => ((random() - 0.5) * 1e4)::int4)
        + ((random() - 0.5) * 10::float8 ^ (random() * 16)::int4)::int8 * interval '1 microsecond'
        """,
        "float4": "((random() - 0.5) * 10::float8 ^ (random() * 40 - 20)::int4)::float4",
        "float8": """
        CASE WHEN i % 2 = 0 THEN (random() - 0.5) * 10::float8 ^ (random() * 400 - 200)::int4
        ELSE (random() * 1e6)::int4 / 10::float8 ^ (random() * 8)::int4 END
        """,
        "numeric": """
        round(((random() - 0.5) * 1e15)::int8 * 10::numeric ^ (random() * 60 - 40)::int4, (random() * 60 - 5)::int4)
        """,
        "bytea": "substr(decode(md5(random()::text), 'hex'), 1, (random() * 16)::int4)",
        "text":
            "repeat(chr(1 + (random() * 1000)::int4), i % 9) || chr(1 + (random() * 130)::int4) || repeat(\'x\', i % 20)",
    ]

    @Test("random values read back from their JSON as they were")
    func randomValues() throws {
        let server = try ValuesServer()
        let (source, reader) = try Self.connections(server)
        var count = 0
        for type in try Self.types(source) {
            guard let expression = Self.chances[type.name] else { continue }
            try source.query("SELECT setseed(0.25)")
            let samples = try source.query("SELECT (\(expression))::text FROM generate_series(1, 700) i")
            var check = TypeCheck(type: type, source: source, reader: reader)
            try check.run(samples.compactMap { $0[0] })
            count += check.count
        }
        print("\(count) random values came back as they were (setseed 0.25)")
        #expect(count > 700 * 3 * Self.chances.count)
    }

    /// One with the connector's settings, and a reader that must understand the same with others.
    private static func connections(
        _ server: ValuesServer
    ) throws -> (source: ValuesConnection, reader: ValuesConnection) {
        let (source, reader) = (try server.connect(), try server.connect())
        try source.run(settings)
        try reader.run("SET TimeZone = 'America/New_York'; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'postgres'")
        try reader.run("SET extra_float_digits = 3; SET xmloption = 'content'; SET search_path = pg_catalog")
        return (source, reader)
    }

    /// Every type that isn't an array, a pseudo-type or a row of the catalogue's own, skips aside.
    private static func types(_ source: ValuesConnection) throws -> [CataloguedType] {
        let rows = try source.query(
            """
            SELECT t.oid, format_type(t.oid, NULL), ascii(t.typtype::text), \(element("t")), t.typname,
                quote_ident(n.nspname) || '.' || quote_ident(t.typname), t.typarray, t.typsend <> 0::regproc,
                a.oid, format_type(a.oid, NULL), ascii(a.typtype::text), \(element("a"))
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_type a ON a.oid = t.typarray
                LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE t.typtype IN ('b', 'r', 'm', 'e', 'd', 'c') AND (t.typarray <> 0 OR t.typcategory <> 'A')
                AND NOT (t.typtype = 'c' AND (n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast')))
            ORDER BY t.oid
            """)
        return rows.filter { ValuesSamples.skipped[$0[5] ?? ""] == nil }.map { row in
            let array = row[9] == nil ? nil : type(row, 9)
            return CataloguedType(
                name: row[5] ?? "", quoted: row[6] ?? "", reading: ColumnReading(type(row, 0)),
                arrayReading: ColumnReading(array ?? type(row, 0)), hasArray: array != nil, hasSend: row[8] == "t")
        }
    }

    /// Two columns: the OID and the kind of a true array's element, else 0.
    private static func element(_ alias: String) -> String {
        let isArray = """
            \(alias).typcategory = 'A' AND \(alias).typlen = -1
            AND \(alias).typsubscript = 'pg_catalog.array_subscript_handler'::regproc
            """
        return """
            CASE WHEN \(isArray) THEN \(alias).typelem ELSE 0 END,
            CASE WHEN \(isArray) THEN (SELECT ascii(e.typtype::text) FROM pg_type e WHERE e.oid = \(alias).typelem) ELSE 0 END
            """
    }

    private static func type(_ row: [String?], _ start: Int) -> PostgresType {
        func number(_ index: Int) -> UInt32 { row[start + index].flatMap { UInt32($0) } ?? 0 }
        return PostgresType(
            oid: number(0), name: row[start + 1] ?? "", kind: UInt8(number(2)), elementOID: number(3),
            elementKind: UInt8(number(4)))
    }

    /// The skips are exact: each is a type, and refuses whatever it is given.
    private static func checkSkips(_ source: ValuesConnection) throws {
        for name in ValuesSamples.skipped.keys.sorted() {
            let found = try source.query("SELECT oid::regtype::text FROM pg_type WHERE typname = $1", [name])
            let quoted = try #require(found.first?.first ?? nil)
            for text in ["", "0", "{}", "a", "1:1", "[]", "\\x00"] {
                let failure = #expect(throws: ValuesFailure.self) { try source.query("SELECT $1::\(quoted)", [text]) }
                // Feature not supported, or an internal error that says the same.
                #expect(["0A000", "XX000"].contains(failure?.sqlState), "\(name)")
            }
        }
    }
}

/// Carries the samples of one type there and back.
private struct TypeCheck {
    let type: CataloguedType
    let source: ValuesConnection
    let reader: ValuesConnection
    var count = 0

    init(type: CataloguedType, source: ValuesConnection, reader: ValuesConnection) {
        self.type = type
        self.source = source
        self.reader = reader
    }

    mutating func run(_ samples: [String]) throws {
        let array = type.hasArray ? ", b \(type.quoted)[]" : ""
        for table in ["there", "back"] {
            try source.run("CREATE TABLE public.\(table) (id int4 PRIMARY KEY, a \(type.quoted)\(array))")
        }
        defer {
            #expect(throws: Never.self) {
                // A check that failed has left a transaction open, whose locks the other session would wait for.
                try reader.run("ROLLBACK")
                try source.run("ROLLBACK")
                try source.run("DROP TABLE public.there, public.back")
            }
        }
        try source.run("BEGIN")
        for (index, sample) in samples.enumerated() {
            try source.query("INSERT INTO public.there (id, a) VALUES ($1, $2)", ["\(index)", sample])
        }
        try source.query("INSERT INTO public.there (id) VALUES (-1)")
        if type.hasArray { try makeArrays(samples.count) }
        try source.run("COMMIT")
        try carry()
        try compare("a")
        if type.hasArray { try compare("b") }
    }

    /// Puts every sample into arrays of several shapes; subscripts are the way that works for every type.
    private func makeArrays(_ samples: Int) throws {
        let shapes = [
            ("{NULL}", "[1]"), ("[0:1]={NULL,NULL}", "[0]"), ("{{NULL,NULL},{NULL,NULL}}", "[2][1]"),
            ("{{{{{{NULL}}}}}}", "[1][1][1][1][1][1]"), ("[-5:-4][7:7]={{NULL},{NULL}}", "[-4][7]"),
            ("[2147483646:2147483646]={NULL}", "[2147483646]"),
        ]
        let type = "\(self.type.quoted)[]"
        let delimiter = String(UnicodeScalar(self.type.arrayReading.delimiter))
        for (number, shape) in shapes.enumerated() {
            let first = 1000 * (number + 1)
            // A long sample in all shapes would only cost time.
            let wanted = "id >= 0 AND (\(number) < 2 OR id < 12)"
            try source.query(
                "INSERT INTO public.there (id, b) SELECT id + \(first), $1::\(type) FROM public.there WHERE \(wanted) AND id < 1000",
                [shape.0.replacing(",", with: delimiter)])
            try source.query(
                """
                UPDATE public.there t SET b\(shape.1) = s.a FROM public.there s
                WHERE t.id = s.id + \(first) AND s.id BETWEEN 0 AND 999
                """)
        }
        try source.query("INSERT INTO public.there (id, b) VALUES (-2, '{}'), (-3, '{NULL}'), (-4, '{}')")
        for index in 0..<min(samples, 30) {
            try source.query(
                """
                UPDATE public.there SET b[\(index + 1)] = (SELECT a FROM public.there WHERE id = \(index)) WHERE id = -4
                """)
        }
    }

    /// Reads all by COPY, writes JSON, and puts that back into another table.
    private mutating func carry() throws {
        var columns: [(name: String, reading: ColumnReading)] = [
            ("id", ColumnReading(PostgresType(oid: 23, name: "integer", kind: 0x62, elementOID: 0, elementKind: 0))),
            ("a \"quoted\"", type.reading),
        ]
        var expressions = ["id", type.reading.expression(of: "\"a\"")]
        if type.hasArray {
            columns.append(("b", type.arrayReading))
            expressions.append(type.arrayReading.expression(of: "\"b\""))
        }
        let writer = PostgresRowWriter(columns: columns, key: Array(columns.indices), cursor: 0)
        let schemas = try columns.map { try JSONSchema($0.reading.schema(isNullable: true)) }
        try reader.run("BEGIN")
        for row in try source.copy("SELECT \(expressions.joined(separator: ", ")) FROM public.there ORDER BY id") {
            try row.withUnsafeBytes { try writer.write($0) }
            let object = Array(writer.object)
            let record = try JSONValue(parsing: object, limits: .source)
            #expect(record.objectValue?.names == columns.map(\.name))
            let texts = try writer.keyRanges.map { range in
                let text = Array(object[try #require(range)])
                return text == Array("null".utf8) ? nil : text
            }
            for (schema, text) in zip(schemas, texts) {
                let value = try JSONValue(parsing: text ?? Array("null".utf8), limits: .source)
                #expect(schema.validate(value).isEmpty, "\(type.name)")
            }
            count += texts.dropFirst().filter { $0 != nil }.count
            try putBack(texts)
        }
        try reader.run("COMMIT")
    }

    private func putBack(_ texts: [[UInt8]?]) throws {
        let id = String(decoding: texts[0] ?? [], as: UTF8.self)
        let a = try texts[1].map { try Self.input($0, type.reading) }
        let isBytes = type.reading.format == .bytea
        let expression = isBytes ? "decode($2, 'base64')" : "$2::\(type.quoted)"
        guard type.hasArray else {
            try reader.query("INSERT INTO public.back (id, a) VALUES ($1, \(expression))", [id, a])
            return
        }
        let b = try texts[2].map { try Self.arrayInput($0, type.arrayReading) }
        try reader.query(
            "INSERT INTO public.back (id, a, b) VALUES ($1, \(expression), $3::\(type.quoted)[])", [id, a, b])
    }

    /// What the input function of a type gets for a JSON value.
    private static func input(_ text: [UInt8], _ reading: ColumnReading) throws -> String {
        if reading.format.isJSON && !reading.isArray { return String(decoding: text, as: UTF8.self) }
        switch try JSONValue(parsing: text, limits: .source) {
        case .string(let string): return string
        case let value: return "\(value)"
        }
    }

    private static func arrayInput(_ text: [UInt8], _ reading: ColumnReading) throws -> String {
        let value = try JSONValue(parsing: text, limits: .source)
        guard reading.isArray, let elements = value.arrayValue else { return try input(text, reading) }
        if reading.format.isJSON {
            // To the letter: a parsed value has lost repeated names and escapes.
            let texts = elements.isEmpty ? [] : split(text)
            return "{" + texts.map { $0 == "null" ? "NULL" : quoted($0) }.joined(separator: ",") + "}"
        }
        return literal(elements, reading)
    }

    private static func literal(_ elements: [JSONValue], _ reading: ColumnReading) -> String {
        let parts = elements.map { element in
            switch element {
            case .array(let inner): literal(inner, reading)
            case .null: "NULL"
            case .string(let string) where reading.format == .bytea: "\"\\\\x\(hex(string))\""
            case .string(let string): quoted(string)
            default: quoted("\(element)")
            }
        }
        return "{" + parts.joined(separator: String(UnicodeScalar(reading.delimiter))) + "}"
    }

    /// The texts of the elements of a compact array.
    private static func split(_ array: [UInt8]) -> [String] {
        var parts: [[UInt8]] = [[]]
        var depth = 0
        var isInside = false
        var isEscaped = false
        for byte in array.dropFirst().dropLast() {
            if byte == UInt8(ascii: ","), depth == 0, !isInside {
                parts.append([])
                continue
            }
            parts[parts.count - 1].append(byte)
            if isEscaped {
                isEscaped = false
            } else if isInside {
                isEscaped = byte == UInt8(ascii: "\\")
                isInside = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isInside = true
            } else if "[{".utf8.contains(byte) {
                depth += 1
            } else if "]}".utf8.contains(byte) {
                depth -= 1
            }
        }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func hex(_ base64: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var places: [UInt8: UInt32] = [:]
        for (place, letter) in alphabet.enumerated() { places[letter] = UInt32(place) }
        var bits: UInt32 = 0
        var held = 0
        var bytes: [UInt8] = []
        for letter in base64.utf8 {
            guard let place = places[letter] else { break }
            bits = (bits << 6 | place) & 0xFFFF
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Equal by the type's own `=` where it has one, and by its text and its binary form, which show what `=` overlooks:
    /// the scale of a number, the fields of an interval, blanks at the end.
    private func compare(_ column: String) throws {
        if type.reading.format == .json { return try compareJSON(column) }
        let text = "t.\(column)::text IS NOT DISTINCT FROM b.\(column)::text"
        try expectEqual(column, text)
        let operators = "t.\(column) IS NOT DISTINCT FROM b.\(column)"
        do {
            try expectEqual(column, operators)
        } catch let failure as ValuesFailure where failure.sqlState == "42883" {
            // The type has no equality.
        }
        guard type.hasSend else { return }
        if column == "a" { return try expectEqual(column, "record_send(ROW(t.a)) = record_send(ROW(b.a))") }
        // Element by element: an array's own form also tells whether it ever held a null.
        func elements(_ table: String) -> String {
            "(SELECT array_agg(record_send(ROW(s.e))) FROM (SELECT unnest(\(table).b) AS e) s)"
        }
        try expectEqual(column, "\(elements("t")) IS NOT DISTINCT FROM \(elements("b"))")
    }

    private func expectEqual(_ column: String, _ condition: String) throws {
        let rows = try reader.query(
            """
            SELECT coalesce(t.id, b.id), left(t.\(column)::text, 200), left(b.\(column)::text, 200)
            FROM public.there t FULL JOIN public.back b ON t.id = b.id
            WHERE t.id IS NULL OR b.id IS NULL OR NOT (\(condition))
            """)
        #expect(rows.isEmpty, "\(type.name).\(column): \(condition)")
    }

    /// `json` keeps its text, of which white space between tokens is dropped.
    private func compareJSON(_ column: String) throws {
        let from = column == "a" ? "" : "LEFT JOIN LATERAL unnest(b) WITH ORDINALITY u(e, i) ON true"
        let select = column == "a" ? "id, '', a::text" : "id, array_dims(b), u.e::text"
        func texts(_ table: String) throws -> [[String?]] {
            let rows = try reader.query(
                "SELECT \(select) FROM public.\(table) \(from) ORDER BY id\(column == "a" ? "" : ", u.i")")
            return rows.map { $0.map { $0.map(Self.withoutSpace) } }
        }
        #expect(try texts("there") == texts("back"), "\(type.name).\(column)")
    }

    /// Drops white space outside of strings.
    private static func withoutSpace(_ text: String) -> String {
        var result = ""
        var isInside = false
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if !isInside, [" ", "\t", "\n", "\r"].contains(scalar) { continue }
            result.unicodeScalars.append(scalar)
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isInside.toggle()
            }
        }
        return result
    }
}
