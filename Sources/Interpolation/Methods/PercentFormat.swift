/// `'%s: %05.2f' % (a, b)`: C's conversions with Python's rules.
struct PercentFormat {
    private var rest: Substring.UnicodeScalarView
    private let arguments: Value
    private var next = 0
    private var output = ""

    static func apply(_ format: String, to arguments: Value, _ evaluation: inout Evaluation) throws(Fault) -> String {
        var writer = PercentFormat(rest: format.unicodeScalars[...], arguments: arguments)
        try writer.run(&evaluation)
        return writer.output
    }

    private init(rest: Substring.UnicodeScalarView, arguments: Value) {
        self.rest = rest
        self.arguments = arguments
    }

    private mutating func run(_ evaluation: inout Evaluation) throws(Fault) {
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                output.unicodeScalars.append(scalar)
                continue
            }
            try evaluation.budget.step()
            let piece = try conversion(&evaluation)
            try evaluation.budget.take(bytes: piece.utf8.count)
            output += piece
        }
        try evaluation.budget.take(bytes: output.utf8.count)
        switch arguments {
        case .tuple(let elements):
            guard next == elements.count else { throw Fault(.type, "not all arguments are used by a format") }
        case .mapping, .list: break
        default:
            // What has items counts as a dictionary, whose keys needn't all be used.
            if arguments.mapping == nil, arguments.undefined == nil, next == 0 {
                throw Fault(.type, "not all arguments are used by a format")
            }
        }
    }

    private mutating func argument() throws(Fault) -> Value {
        defer { next += 1 }
        if case .tuple(let elements) = arguments {
            guard next < elements.count else { throw Fault(.type, "a format has more conversions than arguments") }
            return elements[next]
        }
        guard next == 0 else { throw Fault(.type, "a format has more conversions than arguments") }
        return arguments
    }

    private mutating func conversion(_ evaluation: inout Evaluation) throws(Fault) -> String {
        var spec = FormatSpec()
        spec.align = ">"
        var named: Value?
        if rest.first == "(" { named = try namedArgument() }
        var isLeft = false
        flags: while let flag = rest.first {
            switch flag {
            case "-": isLeft = true
            case "+": spec.sign = "+"
            case " ": if spec.sign == nil { spec.sign = " " }
            case "#": spec.isAlternate = true
            case "0": spec.isZeroPadded = true
            default: break flags
            }
            rest.removeFirst()
        }
        if rest.first == "*" {
            rest.removeFirst()
            let width = try argument().intArgument()
            if width < 0 { isLeft = true }
            guard width.magnitude <= UInt(FormatSpec.mostWidth) else { throw .tooLarge }
            spec.width = abs(width)
        } else {
            spec.width = try FormatSpec.number(&rest) ?? 0
        }
        if rest.first == "." {
            rest.removeFirst()
            if rest.first == "*" {
                rest.removeFirst()
                spec.precision = max(try argument().intArgument(), 0)
            } else {
                spec.precision = try FormatSpec.number(&rest) ?? 0
            }
        }
        while let letter = rest.first, letter == "l" || letter == "h" || letter == "L" { rest.removeFirst() }
        guard let letter = rest.popFirst() else { throw Fault(.value, "a format is incomplete") }
        if letter == "%" {
            // Only the two signs alone.
            let isAlone = spec.width == 0 && spec.precision == nil && spec.sign == nil && !spec.isAlternate
            guard isAlone, !spec.isZeroPadded, !isLeft else {
                throw Fault(.value, "a format has an unknown conversion")
            }
            return "%"
        }
        if isLeft { spec.align = "<" }
        let value = if let named { named } else { try argument() }
        return try text(of: value, letter, spec, isLeft: isLeft, &evaluation)
    }

    private mutating func namedArgument() throws(Fault) -> Value {
        rest.removeFirst()
        guard let end = rest.firstIndex(of: ")") else { throw Fault(.value, "a format's name doesn't end") }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        guard let mapping = arguments.mapping else { throw Fault(.type, "a format needs a dictionary") }
        guard let value = mapping[name] else { throw Fault(.lookup, "a format names what the dictionary doesn't have") }
        return value
    }

    private func text(
        of value: Value, _ letter: Unicode.Scalar, _ spec: FormatSpec, isLeft: Bool, _ evaluation: inout Evaluation
    ) throws(Fault) -> String {
        var spec = spec
        switch letter {
        case "s": return spec.applied(to: try value.text(&evaluation.budget))
        case "r": return spec.applied(to: try value.repr(&evaluation.budget))
        case "a": return spec.applied(to: QuotedString.ascii(try value.repr(&evaluation.budget)))
        case "c":
            if case .string(let text) = value, text.unicodeScalars.count == 1 {
                spec.precision = nil
                return spec.applied(to: text)
            }
            spec.type = "c"
        case "d", "i", "u", "x", "X", "o": spec.type = letter == "i" || letter == "u" ? "d" : letter
        case "e", "E", "f", "F", "g", "G": spec.type = letter
        default: throw Fault(.value, "a format has an unknown conversion")
        }
        if spec.isZeroPadded, !isLeft, letter != "c" { (spec.fill, spec.align) = ("0", "=") }
        guard let number = Number(value) else {
            if let undefined = value.undefined { throw undefined.fault }
            throw Fault(.type, "a number is needed for a format, not a \(value.typeName)")
        }
        if "eEfFgG".unicodeScalars.contains(letter) { return try spec.applied(to: number.asFloat()) }
        if let big = number.big { return try integer(big, spec) }
        guard letter == "d" || letter == "i" || letter == "u" else {
            throw Fault(.type, "an integer is needed for a format")
        }
        guard number.double.isFinite else { throw Fault(.value, "a number has no integer") }
        return try integer(BigInteger(truncating: number.double), spec)
    }

    /// A precision is the least number of digits.
    private func integer(_ number: BigInteger, _ spec: FormatSpec) throws(Fault) -> String {
        guard let precision = spec.precision, spec.type != "c" else { return try spec.applied(to: number) }
        var digits = FormatSpec()
        digits.type = spec.type
        digits.isZeroPadded = true
        (digits.fill, digits.align, digits.width) = ("0", "=", precision)
        let text = try digits.applied(to: number.isNegative ? -number : number)
        let prefixes: [Unicode.Scalar: String] = ["x": "0x", "X": "0X", "o": "0o"]
        let prefix = spec.isAlternate ? spec.type.flatMap { prefixes[$0] } ?? "" : ""
        return spec.padded(text, sign: spec.signText(isNegative: number.isNegative) + prefix, standard: ">")
    }
}
