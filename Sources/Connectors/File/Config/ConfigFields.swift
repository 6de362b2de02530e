import ConnectorAPI
import Domain
import JSON

/// Takes typed values out of a config object and says which field is wrong.
struct ConfigFields {
    private let config: JSONObject

    init(_ config: JSONObject) { self.config = config }

    func invalid(_ field: String, _ reason: String) -> AppError {
        .source(.fileConfigInvalid, "the config's \(field) \(reason)", recovery: .fixConfig)
    }

    /// A text of 1 to 256 bytes.
    func text(_ field: String) throws -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.stringValue, (1...FileConfig.longestText).contains(text.utf8.count) else {
            throw invalid(field, "must be a text of 1 to \(FileConfig.longestText) bytes")
        }
        return text
    }

    /// A text of 1 to 4,096 bytes.
    func requiredText(_ field: String) throws -> String {
        guard let text = value(field)?.stringValue, (1...Glob.longestPath).contains(text.utf8.count) else {
            throw invalid(field, "must be a text of 1 to \(Glob.longestPath) bytes")
        }
        return text
    }

    func flag(_ field: String) throws -> Bool? {
        guard let value = value(field) else { return nil }
        guard let flag = value.boolValue else { throw invalid(field, "must be true or false") }
        return flag
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ field: String, _: Choice.Type) throws -> Choice? {
        guard let value = value(field) else { return nil }
        guard let choice = value.stringValue.flatMap({ Choice(rawValue: $0) }) else {
            throw invalid(field, "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// An array of texts, or one text.
    func texts(_ field: String, atMost most: Int, allowsEmpty: Bool) throws -> [String]? {
        guard let value = value(field) else { return nil }
        let texts = (value.arrayValue ?? [value]).compactMap(\.stringValue)
        guard texts.count == value.arrayValue?.count ?? 1, texts.count <= most,
            texts.allSatisfy({ $0.utf8.count <= FileConfig.longestText && (allowsEmpty || !$0.isEmpty) })
        else {
            throw invalid(field, "must be at most \(most) texts of up to \(FileConfig.longestText) bytes")
        }
        return texts
    }

    private func value(_ field: String) -> JSONValue? {
        guard let value = config[field], !value.isNull else { return nil }
        return value
    }
}
