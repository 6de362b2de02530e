extension Method {
    static let string = table(cases + searches + splits + paddings + predicates)

    private static func on(
        _ name: String, _ run: @escaping @Sendable (String, Call, inout Evaluation) throws(Fault) -> Value
    ) -> Method {
        Method(name) { (value, call, evaluation) throws(Fault) in
            guard case .string(let text) = value else { return .none }
            try evaluation.budget.take(bytes: text.utf8.count)
            try evaluation.budget.step(text.utf8.count / 8)
            return try run(text, call, &evaluation)
        }
    }

    private static func plain(_ name: String, _ run: @escaping @Sendable (String) -> Value) -> Method {
        on(name) { (text, call, _) throws(Fault) in
            try call.none()
            return run(text)
        }
    }

    private static let cases = [
        plain("lower") { .string($0.pythonLower) },
        plain("upper") { .string($0.pythonUpper) },
        plain("casefold") { .string($0.pythonLower.replacing("ß", with: "ss")) },
        plain("capitalize") { .string($0.capitalizedFirst) },
        plain("title") { .string($0.titled) },
        plain("swapcase") { .string($0.caseSwapped) },
        on("strip") { (text, call, _) throws(Fault) in .string(try text.stripped(call, atStart: true, atEnd: true)) },
        on("lstrip") { (text, call, _) throws(Fault) in .string(try text.stripped(call, atStart: true, atEnd: false)) },
        on("rstrip") { (text, call, _) throws(Fault) in .string(try text.stripped(call, atStart: false, atEnd: true)) },
        on("removeprefix") { (text, call, _) throws(Fault) in
            let prefix = try call.only().stringArgument()
            return .string(text.hasBytes(prefix, at: 0) ? text.bytes(from: prefix.utf8.count) : text)
        },
        on("removesuffix") { (text, call, _) throws(Fault) in
            let suffix = try call.only().stringArgument()
            let start = text.utf8.count - suffix.utf8.count
            return .string(!suffix.isEmpty && text.hasBytes(suffix, at: start) ? text.bytes(to: start) : text)
        },
        on("replace") { (text, call, evaluation) throws(Fault) in
            let arguments = try call.bound(to: ["old", "new", "count"], required: 2)
            return .string(
                try text.replacing(
                    (arguments[0] ?? .none).stringArgument(), with: (arguments[1] ?? .none).stringArgument(),
                    most: arguments[2]?.intArgument() ?? -1, &evaluation.budget))
        },
        on("format") { (text, call, evaluation) throws(Fault) in
            .string(try BraceFormat.apply(text, call, &evaluation))
        },
        on("format_map") { (text, call, evaluation) throws(Fault) in
            guard let mapping = try call.only().mapping else { throw Fault(.type, "format_map needs a dictionary") }
            let named = mapping.entries.compactMap { entry in entry.key.string.map { ($0, entry.value) } }
            return .string(try BraceFormat.apply(text, Call(named: named), &evaluation))
        },
        on("encode") { (text, call, _) throws(Fault) in
            let encoding = try call.bound(to: ["encoding", "errors"])[0]?.stringArgument() ?? "utf-8"
            switch encoding.pythonLower {
            case "ascii", "us-ascii":
                guard text.utf8Span.isKnownASCII else { throw Fault(.value, "a text isn't ASCII") }
            case "utf-8", "utf8": break
            default: throw Fault(.other, "an encoding isn't known")
            }
            return .object(ByteString(Array(text.utf8)))
        },
        on("expandtabs") { (text, call, evaluation) throws(Fault) in
            let width = try call.bound(to: ["tabsize"])[0]?.intArgument() ?? 8
            return .string(try text.expandingTabs(width, &evaluation.budget))
        },
    ]

    private static let searches = [
        on("startswith") { (text, call, _) throws(Fault) in .bool(try text.hasAffix(call, isSuffix: false)) },
        on("endswith") { (text, call, _) throws(Fault) in .bool(try text.hasAffix(call, isSuffix: true)) },
        on("find") { (text, call, _) throws(Fault) in .int(try text.find(call, isLast: false) ?? -1) },
        on("rfind") { (text, call, _) throws(Fault) in .int(try text.find(call, isLast: true) ?? -1) },
        on("index") { (text, call, _) throws(Fault) in .int(try text.found(call, isLast: false)) },
        on("rindex") { (text, call, _) throws(Fault) in .int(try text.found(call, isLast: true)) },
        on("count") { (text, call, _) throws(Fault) in
            let (part, range) = try text.searched(call)
            return .int(range.map { text.occurrences(of: part, in: $0) } ?? 0)
        },
    ]

    private static let splits = [
        on("split") { (text, call, evaluation) throws(Fault) in
            .list(try text.split(call, fromEnd: false, &evaluation.budget))
        },
        on("rsplit") { (text, call, evaluation) throws(Fault) in
            .list(try text.split(call, fromEnd: true, &evaluation.budget))
        },
        on("splitlines") { (text, call, evaluation) throws(Fault) in
            let keeps = try call.bound(to: ["keepends"])[0]?.isTrue ?? false
            let lines = try text.pythonLines(keepingEnds: keeps, &evaluation.budget)
            return .list(lines.map(Value.string))
        },
        on("partition") { (text, call, _) throws(Fault) in
            let separator = try call.only().stringArgument()
            guard !separator.isEmpty else { throw Fault(.value, "a separator is empty") }
            guard let place = text.offset(of: separator) else { return .tuple([.string(text), "", ""]) }
            return text.partition(at: place, separator)
        },
        on("rpartition") { (text, call, _) throws(Fault) in
            let separator = try call.only().stringArgument()
            guard !separator.isEmpty else { throw Fault(.value, "a separator is empty") }
            guard let place = text.lastOffset(of: separator, in: 0..<text.utf8.count) else {
                return .tuple(["", "", .string(text)])
            }
            return text.partition(at: place, separator)
        },
        on("join") { (text, call, evaluation) throws(Fault) in
            var parts: [String] = []
            for element in try evaluation.elements(of: try call.only()) { parts.append(try element.stringArgument()) }
            let bytes = parts.reduce(0) { $0 + $1.utf8.count } + text.utf8.count * max(parts.count - 1, 0)
            try evaluation.budget.take(bytes: bytes)
            return .string(parts.joined(separator: text))
        },
    ]

    private static let paddings = [
        on("center") { (text, call, evaluation) throws(Fault) in
            try text.padded(call, &evaluation.budget) { missing, width in
                // Python's own way of splitting an odd number.
                missing / 2 + (missing & width & 1)
            }
        },
        on("ljust") { (text, call, evaluation) throws(Fault) in
            try text.padded(call, &evaluation.budget) { _, _ in 0 }
        },
        on("rjust") { (text, call, evaluation) throws(Fault) in
            try text.padded(call, &evaluation.budget) { missing, _ in missing }
        },
        on("zfill") { (text, call, evaluation) throws(Fault) in
            let width = try call.only().intArgument()
            let missing = width - text.unicodeScalars.count
            guard missing > 0 else { return .string(text) }
            try evaluation.budget.take(bytes: missing)
            let hasSign = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
            let sign = hasSign ? String(text.prefix(1)) : ""
            return .string(sign + String(repeating: "0", count: missing) + text.dropFirst(hasSign ? 1 : 0))
        },
    ]

    private static let predicates = [
        plain("isdigit") { .bool($0.isMade(of: { $0.properties.numericType == .digit || $0.isDecimal })) },
        plain("isdecimal") { .bool($0.isMade(of: \.isDecimal)) },
        plain("isnumeric") { .bool($0.isMade { $0.properties.numericType != nil }) },
        plain("isalpha") { .bool($0.isMade(of: \.isLetter)) },
        plain("isalnum") { .bool($0.isMade { $0.isLetter || $0.properties.numericType != nil }) },
        plain("isspace") { .bool($0.isMade(of: \.isPythonSpace)) },
        plain("isascii") { .bool($0.utf8.allSatisfy { $0 < 0x80 }) },
        plain("isprintable") { .bool($0.unicodeScalars.allSatisfy(\.isPythonPrintable)) },
        plain("isidentifier") { text in
            .bool(text.unicodeScalars.first?.isNameStart == true && text.unicodeScalars.allSatisfy(\.isNamePart))
        },
        plain("islower") { .bool($0.isCased(\.isLowercase, not: \.isUppercase)) },
        plain("isupper") { .bool($0.isCased(\.isUppercase, not: \.isLowercase)) },
        plain("istitle") { .bool($0.isTitle) },
    ]
}

extension Unicode.Scalar {
    var isDecimal: Bool { properties.numericType == .decimal }

    var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
