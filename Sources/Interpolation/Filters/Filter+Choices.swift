extension Filter {
    static let choices = [
        Filter(name: "map") { (value, call, evaluation) throws(Fault) in
            guard value.isTrue else { return .object(Generator([])) }
            return try generated(from: value, &evaluation) { (elements, results, evaluation) throws(Fault) in
                let transform = try mapping(call)
                for element in elements {
                    try evaluation.budget.take(elements: 1)
                    results.append(try transform(element, &evaluation))
                }
            }
        },
        choosing("select", keeps: true, hasAttribute: false),
        choosing("reject", keeps: false, hasAttribute: false),
        choosing("selectattr", keeps: true, hasAttribute: true),
        choosing("rejectattr", keeps: false, hasAttribute: true),
        bound("min", ["case_sensitive", "attribute"]) { (value, arguments, evaluation) throws(Fault) in
            try extreme(value, arguments, .less, &evaluation)
        },
        bound("max", ["case_sensitive", "attribute"]) { (value, arguments, evaluation) throws(Fault) in
            try extreme(value, arguments, .greater, &evaluation)
        },
        bound("unique", ["case_sensitive", "attribute"]) { (value, arguments, evaluation) throws(Fault) in
            try generated(from: value, &evaluation) { (elements, results, evaluation) throws(Fault) in
                let path = try AttributePath(arguments[1] ?? .none)
                let isExact = arguments[0]?.isTrue ?? false
                var seen: Set<Value> = []
                for element in elements {
                    let key = try path.value(of: element)
                    try key.checkHashable(&evaluation.budget)
                    if seen.insert(isExact ? key : ignoringCase(key)).inserted { results.append(element) }
                }
            }
        },
        bound("groupby", ["attribute", "default", "case_sensitive"], required: 1) {
            (value, arguments, evaluation) throws(Fault) in try grouped(value, arguments, &evaluation)
        },
    ]

    /// Elements that are worked out one after the other: what fails on the way fails when one comes to its place.
    private static func generated(
        from value: Value, _ evaluation: inout Evaluation,
        _ body: ([Value], inout [Value], inout Evaluation) throws(Fault) -> Void
    ) throws(Fault) -> Value {
        var results: [Value] = []
        do throws(Fault) {
            try body(try evaluation.elements(of: value), &results, &evaluation)
        } catch {
            guard error.kind != .bound else { throw error }
            return .object(Generator(results, fault: error))
        }
        return .object(Generator(results))
    }

    private typealias Transform = (Value, inout Evaluation) throws(Fault) -> Value

    private static func mapping(_ call: Call) throws(Fault) -> Transform {
        if call.positional.isEmpty, let attribute = call.named.first(where: { $0.name == "attribute" }) {
            guard call.named.allSatisfy({ $0.name == "attribute" || $0.name == "default" }) else {
                throw Fault(.other, "map has an unknown argument")
            }
            let standard = call.named.first { $0.name == "default" }?.value ?? .none
            let path = try AttributePath(attribute.value, standard: standard)
            return { (element, _) throws(Fault) in try path.value(of: element) }
        }
        guard let name = call.positional.first else { throw Fault(.other, "map needs a filter") }
        guard let filter = name.string.flatMap(Filter.named) else { throw Fault(.other, "there is no such filter") }
        let rest = Call(positional: Array(call.positional.dropFirst()), named: call.named)
        return { (element, evaluation) throws(Fault) in try filter.run(element, rest, &evaluation) }
    }

    private static func choosing(_ name: String, keeps: Bool, hasAttribute: Bool) -> Filter {
        Filter(name: name) { (value, call, evaluation) throws(Fault) in
            guard value.isTrue else { return .object(Generator([])) }
            return try generated(from: value, &evaluation) { (elements, results, evaluation) throws(Fault) in
                var arguments = call.positional[...]
                var path: AttributePath?
                if hasAttribute {
                    guard let attribute = arguments.popFirst() else { throw Fault(.other, "an attribute is missing") }
                    path = try AttributePath(attribute)
                }
                let test = try test(&arguments)
                let rest = Call(positional: Array(arguments), named: call.named)
                for element in elements {
                    try evaluation.budget.step()
                    let subject = try path?.value(of: element) ?? element
                    let holds = try test?.run(subject, rest, &evaluation) ?? subject.isTrue
                    if holds == keeps { results.append(element) }
                }
            }
        }
    }

    private static func test(_ arguments: inout ArraySlice<Value>) throws(Fault) -> ValueTest? {
        guard let name = arguments.popFirst() else { return nil }
        guard let test = name.string.flatMap(ValueTest.named) else {
            throw Fault(.other, "there is no such test")
        }
        return test
    }

    private static func extreme(
        _ value: Value, _ arguments: [Value?], _ wanted: Number.Order, _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        let elements = try evaluation.elements(of: value)
        guard let first = elements.first else { return .object(Undefined("the sequence is empty")) }
        let path = try AttributePath(arguments[1] ?? .none)
        let isExact = arguments[0]?.isTrue ?? false
        func key(_ element: Value) throws(Fault) -> Value {
            let key = try path.value(of: element)
            return isExact ? key : ignoringCase(key)
        }
        var best = first
        var bestKey = try key(first)
        for element in elements.dropFirst() {
            let other = try key(element)
            let sign = wanted == .less ? "<" : ">"
            if try other.order(to: bestKey, sign, &evaluation.budget) == wanted { (best, bestKey) = (element, other) }
        }
        return best
    }

    private static func grouped(
        _ value: Value, _ arguments: [Value?], _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        let path = try AttributePath(arguments[0] ?? .none, standard: arguments[1] ?? .none)
        let isExact = arguments[2]?.isTrue ?? false
        let elements = try evaluation.elements(of: value)
        var keys: [Value] = []
        for element in elements {
            let key = try path.value(of: element)
            keys.append(isExact ? key : ignoringCase(key))
        }
        let places = try Sorting.sorted(elements.indices.map(Value.int), by: keys, &evaluation.budget)
        try evaluation.budget.take(elements: 2 * elements.count)
        var groups: [(key: Value, elements: [Value])] = []
        for place in places.compactMap(\.int) {
            if let last = groups.last, try last.key.isEqual(keys[place], &evaluation.budget) {
                groups[groups.count - 1].elements.append(elements[place])
            } else {
                groups.append((keys[place], [elements[place]]))
            }
        }
        var result: [Value] = []
        for group in groups {
            let key = isExact ? group.key : try path.value(of: group.elements[0])
            result.append(.tuple([key, .list(group.elements)]))
        }
        return .list(result)
    }
}
