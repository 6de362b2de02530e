extension Filter {
    static let texts = [
        onText("upper") { (text, _, _) throws(Fault) in .string(text.pythonUpper) },
        onText("lower") { (text, _, _) throws(Fault) in .string(text.pythonLower) },
        onText("capitalize") { (text, _, _) throws(Fault) in .string(text.capitalizedFirst) },
        onText("title") { (text, _, _) throws(Fault) in .string(titled(text)) },
        onText("trim", ["chars"]) { (text, arguments, _) throws(Fault) in
            .string(try text.stripped(Call(positional: [arguments[0] ?? .none]), atStart: true, atEnd: true))
        },
        onText("replace", ["old", "new", "count"], required: 2) { (text, arguments, evaluation) throws(Fault) in
            let count = arguments[2] ?? .none
            return .string(
                try text.replacing(
                    (arguments[0] ?? .none).text(&evaluation.budget),
                    with: (arguments[1] ?? .none).text(&evaluation.budget),
                    most: count.isNone ? -1 : count.intArgument(), &evaluation.budget))
        },
        onText("wordcount") { (text, _, _) throws(Fault) in
            var count = 0
            var isInside = false
            for scalar in text.unicodeScalars {
                let isWord = CharacterSet.isWord(scalar)
                if isWord, !isInside { count += 1 }
                isInside = isWord
            }
            return .int(count)
        },
        onText("striptags") { (text, _, _) throws(Fault) in .string(HTMLText.withoutTags(text)) },
        onText("safe") { (text, _, _) throws(Fault) in .string(text) },
        onText("e") { (text, _, evaluation) throws(Fault) in .string(try escaped(text, &evaluation)) },
        onText("escape") { (text, _, evaluation) throws(Fault) in .string(try escaped(text, &evaluation)) },
        onText("forceescape") { (text, _, evaluation) throws(Fault) in .string(try escaped(text, &evaluation)) },
        bound("format", []) { (value, _, _) throws(Fault) in value },
        bound("urlencode", []) { (value, _, evaluation) throws(Fault) in .string(try urlEncoded(value, &evaluation)) },
        bound("xmlattr", ["autospace"]) { (value, arguments, evaluation) throws(Fault) in
            guard let mapping = value.mapping else {
                if let undefined = value.undefined { throw undefined.fault }
                throw Fault(.attribute, "attributes come from a dictionary")
            }
            var parts: [String] = []
            for entry in mapping where !entry.value.isNone && entry.value.undefined == nil {
                let name = try entry.key.stringArgument()
                guard !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x2F || $0 == 0x3E || $0 == 0x3D }) else {
                    throw Fault(.value, "an attribute's name has a bad character")
                }
                parts.append(
                    "\(HTMLText.escaped(name))=\"\(HTMLText.escaped(try entry.value.text(&evaluation.budget)))\"")
            }
            let space = arguments[0]?.isTrue ?? true
            return .string((space && !parts.isEmpty ? " " : "") + parts.joined(separator: " "))
        },
    ].map { filter in filter.name == "format" ? percentFormat : filter }

    private static func escaped(_ text: String, _ evaluation: inout Evaluation) throws(Fault) -> String {
        let result = HTMLText.escaped(text)
        try evaluation.budget.take(bytes: result.utf8.count)
        return result
    }

    private static let percentFormat = Filter(name: "format") { (value, call, evaluation) throws(Fault) in
        guard call.positional.isEmpty || call.named.isEmpty else {
            throw Fault(.other, "format takes either positional or named arguments")
        }
        let text = try value.text(&evaluation.budget)
        let arguments: Value =
            call.named.isEmpty
            ? .tuple(call.positional) : .mapping(Mapping(call.named.map { (.string($0.name), $0.value) }))
        return .string(try PercentFormat.apply(text, to: arguments, &evaluation))
    }

    /// Words begin after spaces, hyphens and opening brackets.
    private static func titled(_ text: String) -> String {
        var result = ""
        var isInside = false
        for scalar in text.unicodeScalars {
            let separates = scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
            if separates {
                result.unicodeScalars.append(scalar)
            } else {
                result += isInside ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
            }
            isInside = !separates
        }
        return result
    }

    private static func urlEncoded(_ value: Value, _ evaluation: inout Evaluation) throws(Fault) -> String {
        func quoted(_ value: Value, keeping kept: String, inQuery: Bool) throws(Fault) -> String {
            let text: String
            if case .object(let object) = value, let bytes = object as? ByteString {
                text = String(decoding: bytes.bytes, as: UTF8.self)
            } else {
                text = try value.text(&evaluation.budget)
            }
            try evaluation.budget.take(bytes: 3 * text.utf8.count)
            try evaluation.budget.step(text.utf8.count / 8)
            return PercentEncoding.quoted(text, keeping: kept, spaceAsPlus: inQuery)
        }
        if value.string != nil || !value.isIterable { return try quoted(value, keeping: "/", inQuery: false) }
        let pairs: [Value]
        if case .mapping = value {
            pairs = try value.pairs(&evaluation.budget)
        } else {
            pairs = try evaluation.elements(of: value)
        }
        var parts: [String] = []
        for pair in pairs {
            let both = try evaluation.elements(of: pair)
            guard both.count == 2 else { throw Fault(.value, "a query is made of pairs") }
            let name = try quoted(both[0], keeping: "", inQuery: true)
            parts.append(name + "=" + (try quoted(both[1], keeping: "", inQuery: true)))
        }
        return parts.joined(separator: "&")
    }

    static let layouts = [
        onText("center", ["width"]) { (text, arguments, evaluation) throws(Fault) in
            let call = Call(positional: [arguments[0] ?? 80])
            guard let center = Method.string["center"] else { return .none }
            return try center.run(.string(text), call, &evaluation)
        },
        bound("indent", ["width", "first", "blank"]) { (value, arguments, evaluation) throws(Fault) in
            if let undefined = value.undefined { throw undefined.fault }
            if case .list = value { throw Fault(.attribute, "a list has no lines") }
            let text = try value.stringArgument()
            let indent: String
            if case .string(let prefix)? = arguments[0] {
                indent = prefix
            } else {
                let count = try arguments[0]?.intArgument() ?? 4
                guard count <= FormatSpec.mostWidth else { throw .tooLarge }
                indent = String(repeating: " ", count: max(count, 0))
            }
            let lines = try (text + "\n").pythonLines(&evaluation.budget)
            try evaluation.budget.take(bytes: text.utf8.count + lines.count * (indent.utf8.count + 1))
            let indentsBlank = arguments[2]?.isTrue ?? false
            let rest = lines.dropFirst().map { $0.isEmpty && !indentsBlank ? $0 : indent + $0 }
            let result = ([lines.first ?? ""] + rest).joined(separator: "\n")
            return .string(arguments[1]?.isTrue ?? false ? indent + result : result)
        },
        bound("truncate", ["length", "killwords", "end", "leeway"]) { (value, arguments, evaluation) throws(Fault) in
            let length = try arguments[0]?.intArgument() ?? 255
            let end = try arguments[2]?.stringArgument() ?? "..."
            let leeway = arguments[3] ?? .none
            let tolerance = leeway.isNone ? 5 : try leeway.intArgument()
            let size = end.unicodeScalars.count
            guard length >= size, tolerance >= 0 else { throw Fault(.other, "a text can't be cut so short") }
            if try value.length() <= length + tolerance { return value }
            let scalars = Array(try value.stringArgument().unicodeScalars)
            try evaluation.budget.take(bytes: scalars.count)
            let cut = String(scalars.prefix(length - size))
            if arguments[1]?.isTrue ?? false { return .string(cut + end) }
            let space = cut.lastOffset(of: " ", in: 0..<cut.utf8.count)
            return .string((space.map { cut.bytes(to: $0) } ?? cut) + end)
        },
        bound("wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"]) {
            (value, arguments, evaluation) throws(Fault) in
            guard let text = value.string else {
                throw value.undefined?.fault ?? Fault(.attribute, "a \(value.typeName) has no lines")
            }
            let wrapping = WordWrapping(
                width: try arguments[0]?.intArgument() ?? 79, breaksLongWords: arguments[1]?.isTrue ?? true,
                breaksOnHyphens: arguments[3]?.isTrue ?? true)
            let separator = arguments[2] ?? .none
            let lineEnd = separator.isNone ? "\n" : try separator.stringArgument()
            return .string(try wrapping.wrapped(text, separator: lineEnd, &evaluation.budget))
        },
        bound("filesizeformat", ["binary"]) { (value, arguments, _) throws(Fault) in
            .string(fileSize(try PythonFloat.value(of: value), isBinary: arguments[0]?.isTrue ?? false))
        },
        bound("pprint", []) { (value, _, evaluation) throws(Fault) in .string(try value.repr(&evaluation.budget)) },
        bound("tojson", ["indent"]) { (value, arguments, evaluation) throws(Fault) in
            let indent = try indentation(arguments[0] ?? .none)
            let text = try JSONText.dumped(value, sortsKeys: true, indent: indent, &evaluation)
            try evaluation.budget.take(bytes: 2 * text.utf8.count)
            try evaluation.budget.step(text.utf8.count / 8)
            return .string(HTMLText.escapedInJSON(text))
        },
    ]

    private static func indentation(_ value: Value) throws(Fault) -> String? {
        switch value {
        case .none: return nil
        case .string(let text): return text
        default:
            let count = try value.intArgument()
            guard count <= 100 else { throw .tooLarge }
            return String(repeating: " ", count: max(count, 0))
        }
    }

    private static func fileSize(_ bytes: Double, isBinary: Bool) -> String {
        let base = isBinary ? 1024.0 : 1000.0
        if bytes == 1 { return "1 Byte" }
        guard bytes >= base else { return "\(bytes.isFinite ? Int(bytes) : 0) Bytes" }
        var unit = base
        let letters = Array(isBinary ? "KMGTPEZY" : "kMGTPEZY")
        for letter in letters {
            unit *= base
            if bytes < unit || letter == "Y" {
                return CFormat.text(base * bytes / unit, "f", 1) + " \(letter)\(isBinary ? "iB" : "B")"
            }
        }
        return ""
    }
}
