import Domain
import JSON
import Testing

@testable import FileConnector

/// A second, slow reading of CSV: one byte after another, one state after another.
private struct SlowCSV {
    var rows: [[[UInt8]]] = []
    /// Rows with text after a closing quote.
    var spoiled: Set<Int> = []
    var isCut = false

    init(_ bytes: [UInt8]) {
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var wasQuoted = false
        var isSpoiled = false
        var index = 0
        func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func endRow(_ rows: inout [[[UInt8]]], _ spoiled: inout Set<Int>) {
            row.append(field)
            if row != [[]] || wasQuoted {
                if isSpoiled { spoiled.insert(rows.count) }
                rows.append(row)
            }
            (row, field, wasQuoted, isSpoiled) = ([], [], false, false)
        }
        while index < bytes.count {
            if at(index) == 0x22, field.isEmpty, !wasQuoted {
                wasQuoted = true
                index += 1
                while true {
                    guard let byte = at(index) else {
                        isCut = true
                        return
                    }
                    index += 1
                    guard byte == 0x22 else {
                        field.append(byte)
                        continue
                    }
                    guard at(index) == 0x22 else { break }
                    field.append(0x22)
                    index += 1
                }
                if let next = at(index), ![0x2C, 0x0A, 0x0D].contains(next) { isSpoiled = true }
                while let next = at(index), ![0x2C, 0x0A, 0x0D].contains(next) { index += 1 }
                continue
            }
            switch bytes[index] {
            case 0x2C:
                row.append(field)
                field = []
                // Only an empty first field tells a blank line from a row.
                wasQuoted = false
                if index + 1 == bytes.count { endRow(&rows, &spoiled) }
            case 0x0A: endRow(&rows, &spoiled)
            case 0x0D:
                if at(index + 1) == 0x0A { index += 1 }
                endRow(&rows, &spoiled)
            default: field.append(bytes[index])
            }
            index += 1
        }
        if !row.isEmpty || !field.isEmpty || wasQuoted { endRow(&rows, &spoiled) }
    }
}

@Suite("CSV against a slow reader")
struct CSVRandomTests {
    @Test("reads random text as a slow reader does", arguments: 0..<400 as Range<UInt64>)
    func garbage(seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        let alphabet = Array("ab,,\"\"\n\r\\x".utf8)
        let text = (0..<Int.random(in: 0...120, using: &random)).map { _ in
            alphabet[Int.random(in: alphabet.indices, using: &random)]
        }
        let files = try FilesFolder()
        try files.write("t.csv", Array("p,q\n".utf8) + text)
        let result = try await files.read(
            ["path": "t.csv"], chunk: [1, 2, 3, 5, 8, 64].randomElement(using: &random) ?? 1)
        let expected = SlowCSV(text)
        let good = expected.rows.indices.filter { expected.rows[$0].count == 2 && !expected.spoiled.contains($0) }
        let bodies = good.map { index in
            let values = expected.rows[index].map { JSONValue.string(String(decoding: $0, as: UTF8.self)) }
            return JSONObject([("p", values[0]), ("q", values[1])]).description
        }
        #expect(result.bodies == bodies, "seed \(seed): \(String(decoding: text, as: UTF8.self).debugDescription)")
        #expect(result.rejects.count == expected.rows.count - good.count, "seed \(seed)")
        #expect((result.error?.code == "csv.unterminated_quote") == expected.isCut, "seed \(seed)")
    }

    @Test("gives back what was written", arguments: 1000..<1020 as Range<UInt64>)
    func roundTrip(seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        let pieces = [
            "", "a", "long text without end ", "\"", ",", "\n", "\r\n", "\\", "ü", "漢", "😀", "\u{2}", " ", "0",
        ]
        let columns = Int.random(in: 1...9, using: &random)
        var text = (0..<columns).map { "c\($0)" }.joined(separator: ",") + "\n"
        var expected: [String] = []
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            var object = JSONObject()
            var fields: [String] = []
            for column in 0..<columns {
                let value = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }.joined()
                object["c\(column)"] = .string(value)
                let needsQuotes =
                    value.isEmpty || value.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
                let isQuoted = needsQuotes || Bool.random(using: &random)
                fields.append(
                    isQuoted
                        ? "\""
                            + value.split(separator: "\"", omittingEmptySubsequences: false)
                            .joined(separator: "\"\"") + "\"" : value)
            }
            expected.append(object.description)
            text += fields.joined(separator: ",") + (Bool.random(using: &random) ? "\n" : "\r\n")
        }
        let files = try FilesFolder()
        try files.write("t.csv", text)
        let result = try await files.read(["path": "t.csv"], chunk: Int.random(in: 1...200, using: &random))
        #expect(result.bodies == expected, "seed \(seed)")
        #expect(result.rejects.isEmpty && result.error == nil, "seed \(seed)")
    }
}
