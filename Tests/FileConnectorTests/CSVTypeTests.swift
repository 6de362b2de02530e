import ConnectorAPI
import Domain
import JSON
import Testing

@testable import FileConnector

@Suite("CSV type inference")
struct CSVTypeTests {
    @Test(
        "takes a text for what it is without changing a character",
        arguments: [
            ("0", CSVType.integer), ("7", .integer), ("-12", .integer), ("9223372036854775807", .integer),
            ("-9223372036854775808", .integer), ("9223372036854775808", .text), ("-9223372036854775809", .text),
            ("99999999999999999999", .text), ("00123", .text), ("01", .text), ("-0", .text), ("-01", .text),
            ("+1", .text),
            ("", .text), (" 1", .text), ("1 ", .text), ("1,5", .text), ("0x1F", .text), ("1_000", .text), ("-", .text),
            ("1.5", .number), ("-0.50", .number), ("0.0", .number), ("12345678901234567890.5", .number), ("1.", .text),
            (".5", .text), ("1.2.3", .text), ("00.5", .text), ("1.5e7", .number), ("1.5E-7", .number),
            ("1e-07", .number),
            ("1e5", .text), ("12E4", .text), ("1e+5", .number), ("1.0e301", .text), ("1.0e+0300", .text),
            ("1.5e", .text),
            ("1.5e+", .text), ("inf", .text), ("NaN", .text), ("true", .boolean), ("false", .boolean), ("True", .text),
            ("TRUE", .text), ("truer", .text), ("t", .text), ("f", .text), ("２", .text),
        ])
    func literals(text: String, type: CSVType) {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBufferPointer { view in
            view.baseAddress.map { CSVLiteral.type($0, 0, view.count) } ?? .text
        }
        #expect(found == type)
        // What isn't text goes into JSON as it is.
        if found != .text { #expect(throws: Never.self) { try JSONValue(parsing: text) } }
    }

    @Test("decides by the whole file", arguments: [1, 7, 1 << 19])
    func wholeFile(chunk: Int) async throws {
        let files = try FilesFolder()
        try files.write(
            "t.csv",
            """
            code,count,price,flag,mixed,late,none,quoted
            00123,1,1,true,1,1,,"1"
            45,,2.50,false,true,2,,"2"
            67,-3,-3e-05,,2,x3,,""

            """)
        let result = try await files.read(["path": "t.csv", "infer_types": true], chunk: chunk)
        #expect(
            result.bodies == [
                #"{"code":"00123","count":1,"price":1,"flag":true,"mixed":"1","late":"1","none":null,"quoted":"1"}"#,
                #"{"code":"45","count":null,"price":2.50,"flag":false,"mixed":"true","late":"2","none":null,"quoted":"2"}"#,
                #"{"code":"67","count":-3,"price":-3e-05,"flag":null,"mixed":"2","late":"x3","none":null,"quoted":""}"#,
            ])
        #expect(result.ends == [EntityEnd(isComplete: true, isSnapshot: true)])
    }

    @Test("decides by all files of one entity and leaves out rows that are rejected")
    func allFiles() async throws {
        let files = try FilesFolder()
        try files.write("a.csv", "x,y\n1,1\nbad\n")
        try files.write("b.csv", "y,x\n2,z\n3,4,5\n")
        let result = try await files.read(["path": "*.csv", "entity": "all", "infer_types": true])
        #expect(result.bodies == [#"{"x":"1","y":1}"#, #"{"y":2,"x":"z"}"#])
        #expect(result.reasons == ["csv.field_count@3", "csv.field_count@3"])
    }

    @Test("null values don't decide a column's type")
    func nulls() async throws {
        let files = try FilesFolder()
        try files.write("t.csv", "a,b\nN/A,N/A\n1,x\n")
        let result = try await files.read(["path": "t.csv", "infer_types": true, "null_values": ["N/A"]])
        #expect(result.bodies == [#"{"a":null,"b":null}"#, #"{"a":1,"b":"x"}"#])
    }
}
