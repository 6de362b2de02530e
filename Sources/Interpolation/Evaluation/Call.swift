/// The arguments of a call, evaluated.
struct Call: Sendable {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    /// The arguments in the order of a function's parameters, of which the first `required` must be given; nil for one
    /// that isn't. Throws `.type` as Python does for one too many, one too few and an unknown name.
    func bound(to parameters: [String], required: Int = 0) throws(Fault) -> [Value?] {
        guard positional.count <= parameters.count else { throw Fault(.type, "a call has too many arguments") }
        var values: [Value?] = positional
        values += [Value?](repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard let place = parameters.firstIndex(of: name), values[place] == nil else {
                throw Fault(.type, "a call has an argument '\(name)' that isn't known or comes twice")
            }
            values[place] = value
        }
        guard !values[..<required].contains(where: { $0 == nil }) else {
            throw Fault(.type, "a call lacks an argument")
        }
        return values
    }

    /// The one argument of a function that takes no other.
    func only() throws(Fault) -> Value {
        guard positional.count == 1, named.isEmpty else { throw Fault(.type, "a call takes exactly one argument") }
        return positional[0]
    }

    /// Refuses any argument.
    func none() throws(Fault) {
        guard positional.isEmpty, named.isEmpty else { throw Fault(.type, "a call takes no arguments") }
    }
}

/// A function of the language, such as `now_utc`.
struct Function: Sendable {
    let name: String
    let run: @Sendable (Call, inout Evaluation) throws(Fault) -> Value
}

/// A filter, such as `upper`: what stands before the bar is its first argument.
struct Filter: Sendable {
    let name: String
    let run: @Sendable (Value, Call, inout Evaluation) throws(Fault) -> Value
}

/// A test, such as `defined`.
struct ValueTest: Sendable {
    let name: String
    let run: @Sendable (Value, Call, inout Evaluation) throws(Fault) -> Bool
}

/// An object that can be called.
protocol CallableObject: ValueObject {
    func call(_ call: Call, _ evaluation: inout Evaluation) throws(Fault) -> Value
}
