extension Filter {
    /// The filter of that name; nil if there is none.
    static func named(_ name: String) -> Filter? { all[name] }

    private static let all: [String: Filter] = Dictionary(
        (texts + layouts + numbers + elements + choices + manifests).map { ($0.name, $0) }
    ) { first, _ in first }

    /// Calls the filter with what stands before the bar as the first of its named parameters.
    static func bound(
        _ name: String, _ parameters: [String], required: Int = 0,
        _ run: @escaping @Sendable (Value, [Value?], inout Evaluation) throws(Fault) -> Value
    ) -> Filter {
        Filter(name: name) { (value, call, evaluation) throws(Fault) in
            try run(value, try call.bound(to: parameters, required: required), &evaluation)
        }
    }

    /// A filter of the text that a value prints as.
    static func onText(
        _ name: String, _ parameters: [String] = [], required: Int = 0,
        _ run: @escaping @Sendable (String, [Value?], inout Evaluation) throws(Fault) -> Value
    ) -> Filter {
        bound(name, parameters, required: required) { (value, arguments, evaluation) throws(Fault) in
            let text = try value.text(&evaluation.budget)
            try evaluation.budget.take(bytes: text.utf8.count)
            try evaluation.budget.step(text.utf8.count / 8)
            return try run(text, arguments, &evaluation)
        }
    }

    /// The lower-case form of a string and any other value as it is: what sorting goes by.
    static func ignoringCase(_ value: Value) -> Value {
        guard case .string(let text) = value else { return value }
        return .string(text.pythonLower)
    }
}

/// Looks up `a.b.0` in a value, as `map(attribute=…)` does.
struct AttributePath: Sendable {
    private let parts: [Value]
    private let standard: Value?

    init(_ attribute: Value, standard: Value = .none) throws(Fault) {
        self.standard = standard.isNone ? nil : standard
        switch attribute {
        case .none: parts = []
        case .string(let text):
            parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part in
                part.utf8.allSatisfy(\.isDigit)
                    ? Int(part).map(Value.int) ?? .string(String(part)) : .string(String(part))
            }
        default: parts = [attribute]
        }
    }

    func value(of item: Value) throws(Fault) -> Value {
        var value = item
        for part in parts {
            value = try value.item(part)
            if let standard, value.undefined != nil { value = standard }
        }
        return value
    }
}
