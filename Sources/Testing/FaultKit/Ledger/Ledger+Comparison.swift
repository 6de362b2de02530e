public import JSON

extension Ledger {
    /// How records differ from the truth: at most 20 sentences, none where they are equal.
    ///
    /// - Parameters:
    ///   - records: Bodies by id.
    ///   - form: How the source writes values down.
    ///   - knowsDeletions: Whether rows that are deleted must be gone: incremental reads don't see that.
    public func differences(
        from records: [Int: JSONObject], form: LedgerRow.Form = .typed, knowsDeletions: Bool = true
    ) -> [String] {
        Self.differences(between: truth, and: records, form: form, leftOver: knowsDeletions ? [] : gone)
    }

    /// How records differ from rows.
    ///
    /// - Parameters:
    ///   - truth: Rows by id.
    ///   - records: Bodies by id.
    ///   - form: How the source writes values down.
    ///   - leftOver: Ids that may be in the records without a row.
    public static func differences(
        between truth: [Int: LedgerRow], and records: [Int: JSONObject], form: LedgerRow.Form = .typed,
        leftOver: Set<Int> = []
    ) -> [String] {
        var differences: [String] = []
        for id in Set(truth.keys).union(records.keys).sorted() where differences.count < 20 {
            let row = truth[id]?.shown(in: form)
            guard let body = records[id] else {
                differences.append("\(id) is missing: \(row.map { "\($0)" } ?? "")")
                continue
            }
            let record = LedgerRow(body, form: form)
            if row == nil && leftOver.contains(id) { continue }
            if row == nil { differences.append("\(id) should be gone: \(JSONValue.object(body))") }
            // Texts that look alike may have other bytes, which `==` on `String` doesn't tell.
            let isSame = record == row && record?.note.map { Array($0.utf8) } == row?.note.map { Array($0.utf8) }
            if let row, !isSame { differences.append("\(id) is \(JSONValue.object(body)), not \(row)") }
        }
        return differences
    }

    /// All rows as a CSV file with a header, in the order of their ids.
    public func csv() -> String {
        var text = "id,updated_at,version,amount,note\n"
        for row in truth.values.sorted(by: { $0.id < $1.id }) {
            let note = row.note.map { "\"\($0.escaped(["\"": "\"\""]))\"" } ?? ""
            text += "\(row.id),\(LedgerTime.text(row.updatedAt)),\(row.version),\(row.amountText),\(note)\n"
        }
        return text
    }
}

extension String {
    /// With these characters written otherwise, also where they are a part of a longer one (CR LF, a quote with an
    /// accent).
    func escaped(_ escapes: [Unicode.Scalar: String]) -> String {
        var text = ""
        for scalar in unicodeScalars {
            if let escape = escapes[scalar] { text += escape } else { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
