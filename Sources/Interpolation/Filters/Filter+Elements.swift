extension Filter {
    static let elements = [
        bound("default", ["default_value", "boolean"]) { (value, arguments, _) throws(Fault) in
            standard(value, arguments)
        },
        bound("d", ["default_value", "boolean"]) { (value, arguments, _) throws(Fault) in standard(value, arguments) },
        bound("length", []) { (value, _, evaluation) throws(Fault) in try length(of: value, &evaluation) },
        bound("count", []) { (value, _, evaluation) throws(Fault) in try length(of: value, &evaluation) },
        bound("list", []) { (value, _, evaluation) throws(Fault) in .list(try evaluation.elements(of: value)) },
        bound("items", []) { (value, _, evaluation) throws(Fault) in
            if value.undefined != nil { return .object(Generator([])) }
            do throws(Fault) {
                return .object(Generator(try value.pairs(&evaluation.budget)))
            } catch {
                return .object(Generator([], fault: error))
            }
        },
        bound("first", []) { (value, _, evaluation) throws(Fault) in
            if case .object(let object) = value, let generator = object as? Generator {
                return try generator.next() ?? .object(Undefined("there is no first item"))
            }
            if let elements = value.elements { return elements.first ?? .object(Undefined("there is no first item")) }
            return try evaluation.elements(of: value).first ?? .object(Undefined("there is no first item"))
        },
        bound("last", []) { (value, _, evaluation) throws(Fault) in
            if case .object(let object) = value, object is Generator || object.mapping != nil {
                throw Fault(.type, "a \(value.typeName) has no last item")
            }
            if let elements = value.elements { return elements.last ?? .object(Undefined("there is no last item")) }
            return try evaluation.elements(of: value).last ?? .object(Undefined("there is no last item"))
        },
        bound("random", []) { (_, _, _) throws(Fault) in throw Fault(.other, "there is no chance in templates") },
        bound("join", ["d", "attribute"]) { (value, arguments, evaluation) throws(Fault) in
            let separator = try arguments[0]?.text(&evaluation.budget) ?? ""
            let attribute = arguments[1] ?? .none
            let path = attribute.isNone ? nil : try AttributePath(attribute)
            var parts: [String] = []
            var bytes = 0
            for element in try evaluation.elements(of: value) {
                let part = try (path?.value(of: element) ?? element).text(&evaluation.budget)
                bytes += part.utf8.count + separator.utf8.count
                parts.append(part)
            }
            try evaluation.budget.take(bytes: bytes)
            return .string(parts.joined(separator: separator))
        },
        bound("reverse", []) { (value, _, evaluation) throws(Fault) in
            switch value {
            case .string(let text):
                try evaluation.budget.take(bytes: text.utf8.count)
                return .string(String(text.unicodeScalars.reversed()))
            case .list(let elements):
                return .object(Generator(elements.reversed(), typeName: "list_reverseiterator"))
            case .mapping(let mapping):
                return .object(Generator(mapping.keys.reversed(), typeName: "dict_reversekeyiterator"))
            case .tuple(let elements): return .object(Generator(elements.reversed(), typeName: "reversed"))
            default:
                if value.undefined != nil { return .object(Generator([], typeName: "reversed")) }
                guard value.isIterable else { throw Fault(.other, "what is reversed must be iterable") }
                return .list(try evaluation.elements(of: value).reversed())
            }
        },
        bound("attr", ["name"], required: 1) { (value, arguments, _) throws(Fault) in
            let name = try (arguments[0] ?? .none).stringArgument()
            if let undefined = value.undefined { throw undefined.fault }
            return value.attribute(name) ?? Undefined.member(name, of: value)
        },
        bound("dictsort", ["case_sensitive", "by", "reverse"]) { (value, arguments, evaluation) throws(Fault) in
            let by = try arguments[1]?.stringArgument() ?? "key"
            guard by == "key" || by == "value" else { throw Fault(.other, "dictsort goes by key or value") }
            guard value.mapping != nil else {
                if let undefined = value.undefined { throw undefined.fault }
                throw Fault(.attribute, "dictsort needs a dictionary")
            }
            let pairs = try value.pairs(&evaluation.budget)
            let isExact = arguments[0]?.isTrue ?? false
            let keys = pairs.map { pair in
                let key = pair.elements?[by == "key" ? 0 : 1] ?? .none
                return isExact ? key : ignoringCase(key)
            }
            return .list(
                try Sorting.sorted(pairs, by: keys, reverse: arguments[2]?.isTrue ?? false, &evaluation.budget))
        },
        bound("sort", ["reverse", "case_sensitive", "attribute"]) { (value, arguments, evaluation) throws(Fault) in
            let elements = try evaluation.elements(of: value)
            let paths = try sortPaths(arguments[2] ?? .none)
            let isExact = arguments[1]?.isTrue ?? false
            var keys: [Value] = []
            for element in elements {
                var parts: [Value] = []
                for path in paths {
                    let part = try path.value(of: element)
                    parts.append(isExact ? part : ignoringCase(part))
                }
                keys.append(.list(parts))
            }
            try evaluation.budget.take(elements: 2 * elements.count)
            return .list(
                try Sorting.sorted(elements, by: keys, reverse: arguments[0]?.isTrue ?? false, &evaluation.budget))
        },
        bound("slice", ["slices", "fill_with"], required: 1) { (value, arguments, evaluation) throws(Fault) in
            try sliced(value, arguments, &evaluation)
        },
        bound("batch", ["linecount", "fill_with"], required: 1) { (value, arguments, evaluation) throws(Fault) in
            try batched(value, arguments, &evaluation)
        },
    ]

    private static func length(of value: Value, _ evaluation: inout Evaluation) throws(Fault) -> Value {
        if case .string(let text) = value, !text.utf8Span.isKnownASCII {
            try evaluation.budget.step(text.utf8.count / 64)
        }
        return .int(try value.length())
    }

    private static func standard(_ value: Value, _ arguments: [Value?]) -> Value {
        let isMissing = value.undefined != nil || arguments[1]?.isTrue == true && !value.isTrue
        return isMissing ? arguments[0] ?? "" : value
    }

    private static func sortPaths(_ attribute: Value) throws(Fault) -> [AttributePath] {
        guard case .string(let text) = attribute else { return [try AttributePath(attribute)] }
        var paths: [AttributePath] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            paths.append(try AttributePath(.string(String(part))))
        }
        return paths
    }

    private static func sliced(
        _ value: Value, _ arguments: [Value?], _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        let elements = try evaluation.elements(of: value)
        let slices = try (arguments[0] ?? .none).intArgument()
        guard slices != 0 else { return .object(Generator([], fault: .zeroDivision)) }
        guard slices > 0 else { return .object(Generator([])) }
        try evaluation.budget.take(elements: slices)
        let fill = arguments[1] ?? .none
        let (size, extra) = (elements.count / slices, elements.count % slices)
        var parts: [Value] = []
        var start = 0
        for number in 0..<slices {
            let end = start + size + (number < extra ? 1 : 0)
            var part = Array(elements[start..<end])
            if !fill.isNone, number >= extra { part.append(fill) }
            parts.append(.list(part))
            start = end
        }
        return .object(Generator(parts))
    }

    private static func batched(
        _ value: Value, _ arguments: [Value?], _ evaluation: inout Evaluation
    ) throws(Fault) -> Value {
        let size = try (arguments[0] ?? .none).intArgument()
        let fill = arguments[1] ?? .none
        var parts: [Value] = []
        var part: [Value] = []
        for element in try evaluation.elements(of: value) {
            if part.count == size {
                parts.append(.list(part))
                part = []
            }
            part.append(element)
        }
        if !part.isEmpty {
            if !fill.isNone, part.count < size {
                try evaluation.budget.take(elements: size - part.count)
                part += Array(repeating: fill, count: size - part.count)
            }
            parts.append(.list(part))
        }
        return .object(Generator(parts))
    }
}
