public import Domain
public import JSON

/// Takes typed values out of a config object and says which field is wrong.
///
/// A member that is null counts as absent. Every method throws the error that ``invalid(_:_:)`` makes, with the code
/// that the connector gave, for a value that isn't of the asked kind or out of its bounds.
public struct ConfigFields: Sendable {
    /// The longest usual text, in bytes.
    public static let longestText = 256
    /// The longest path, in bytes.
    public static let longestPath = 4_096

    private let config: JSONObject
    private let code: ErrorCode

    /// `code` is the connector's own for a field that it can't use.
    public init(_ config: JSONObject, invalid code: ErrorCode) {
        self.config = config
        self.code = code
    }

    /// The error for a field; `reason` goes on after its name: `must be true or false`.
    public func invalid(_ field: String, _ reason: String) -> AppError {
        .source(code, "the config's \(field) \(reason)", recovery: .fixConfig)
    }

    /// A text of 1 to `most` bytes; nil where the field is absent.
    public func text(_ field: String, atMost most: Int = longestText) throws -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.stringValue, (1...most).contains(text.utf8.count) else {
            throw invalid(field, "must be a text of 1 to \(most) bytes")
        }
        return text
    }

    /// A text of 1 to `most` bytes that must be there.
    public func requiredText(_ field: String, atMost most: Int = longestText) throws -> String {
        guard let text = try text(field, atMost: most) else {
            throw invalid(field, "must be a text of 1 to \(most) bytes")
        }
        return text
    }

    /// True or false; nil where the field is absent.
    public func flag(_ field: String) throws -> Bool? {
        guard let value = value(field) else { return nil }
        guard let flag = value.boolValue else { throw invalid(field, "must be true or false") }
        return flag
    }

    /// An integer within `range`; nil where the field is absent.
    public func integer(_ field: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = value(field) else { return nil }
        guard case .number(let number) = value, let integer = number.int64.flatMap({ Int(exactly: $0) }),
            range.contains(integer)
        else { throw invalid(field, "must be an integer from \(range.lowerBound) to \(range.upperBound)") }
        return integer
    }

    /// One of the texts that `Choice` has; nil where the field is absent.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ field: String, _: Choice.Type
    ) throws -> Choice? {
        guard let value = value(field) else { return nil }
        guard let choice = value.stringValue.flatMap({ Choice(rawValue: $0) }) else {
            throw invalid(field, "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// An array of at most `most` texts of up to ``longestText`` bytes, or one text; nil where the field is absent.
    public func texts(_ field: String, atMost most: Int, allowsEmpty: Bool) throws -> [String]? {
        guard let value = value(field) else { return nil }
        let texts = (value.arrayValue ?? [value]).compactMap(\.stringValue)
        guard texts.count == value.arrayValue?.count ?? 1, texts.count <= most,
            texts.allSatisfy({ $0.utf8.count <= Self.longestText && (allowsEmpty || !$0.isEmpty) })
        else {
            throw invalid(field, "must be at most \(most) texts of up to \(Self.longestText) bytes")
        }
        return texts
    }

    private func value(_ field: String) -> JSONValue? {
        guard let value = config[field], !value.isNull else { return nil }
        return value
    }
}
