import Interpolation

/// Replaces a text within the names of a record's fields, nested objects' too.
struct KeysReplace: RecordTransformation {
    let old: Template
    let new: Template
    let parameters: Value

    func apply(to record: inout Value, in context: inout Context) throws {
        context[.record] = record
        context[.parameters] = parameters
        let old = try old.string(in: context).text
        let new = try new.string(in: context).text
        context[.record] = nil
        record = record.renamingKeys { Self.replace(old, with: new, in: $0) }
    }

    /// Every occurrence from the left; an empty text occurs around each character.
    static func replace(_ old: String, with new: String, in text: String) -> String {
        let (sought, scalars) = (Array(old.unicodeScalars), Array(text.unicodeScalars))
        var result = String.UnicodeScalarView()
        var place = 0
        while place < scalars.count {
            if sought.isEmpty {
                result.append(contentsOf: new.unicodeScalars)
            } else if scalars[place...].starts(with: sought) {
                result.append(contentsOf: new.unicodeScalars)
                place += sought.count
                continue
            }
            result.append(scalars[place])
            place += 1
        }
        if sought.isEmpty { result.append(contentsOf: new.unicodeScalars) }
        return String(result)
    }
}
