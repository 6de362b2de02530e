extension Value {
    /// What Python's `str` gives: a string as it is, everything else as `repr`, except times and days.
    public var text: String { if case .string(let text) = self { text } else { PythonText.text(of: self) } }

    /// What Python's `repr` gives.
    public var repr: String { PythonText.repr(of: self) }

    /// What it prints as within a template, whose budget pays for it.
    func text(_ budget: inout Budget) throws(Fault) -> String {
        switch self {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .bigInt(let number):
            try budget.take(digits: number.digits.count, times: number.digits.count)
            return try number.checkedText()
        default:
            var text = PythonText(budget)
            try text.appendText(of: self)
            budget = text.budget
            return text.output
        }
    }

    /// What Python's `repr` gives, paid by a template's budget.
    func repr(_ budget: inout Budget) throws(Fault) -> String {
        var text = PythonText(budget)
        try text.appendRepr(of: self)
        budget = text.budget
        return text.output
    }
}

extension BigInteger {
    /// The digits; throws `.value` where Python refuses to write so many.
    func checkedText() throws(Fault) -> String {
        let text = text
        guard text.utf8.count <= Self.mostDigits + (isNegative ? 1 : 0) else {
            throw Fault(.value, "an integer has more than \(Self.mostDigits) digits")
        }
        return text
    }
}

/// Writes values as Python's `str` and `repr` do.
struct PythonText {
    private(set) var output = ""
    private(set) var budget: Budget
    private var depth = 0
    private let isBounded: Bool

    init(_ budget: Budget) {
        self.budget = budget
        isBounded = true
    }

    private init() {
        budget = Budget()
        isBounded = false
    }

    static func text(of value: Value) -> String {
        var text = PythonText()
        // Without a bound nothing is thrown; where it is, what has been written so far stands.
        try? text.appendText(of: value)
        return text.output
    }

    static func repr(of value: Value) -> String {
        var text = PythonText()
        // As above.
        try? text.appendRepr(of: value)
        return text.output
    }

    private mutating func append(_ piece: String) throws(Fault) {
        if isBounded {
            try budget.take(bytes: piece.utf8.count)
            try budget.step()
        }
        output += piece
    }

    mutating func appendText(of value: Value) throws(Fault) {
        switch value {
        case .string(let text): try append(text)
        case .dateTime(let time): try append(time.isoFormat(separator: " "))
        case .date(let date): try append(date.isoFormat)
        case .duration(let span): try append(span.text)
        case .object(let object):
            if let undefined = object as? Undefined {
                guard undefined.fault.kind == .undefined || undefined.fault.kind == .other else {
                    throw undefined.fault
                }
                return
            }
            if let text = object as? any PrintableObject { return try append(text.text) }
            try appendRepr(of: value)
        default: try appendRepr(of: value)
        }
    }

    mutating func appendRepr(of value: Value) throws(Fault) {
        switch value {
        case .none: try append("None")
        case .bool(let flag): try append(flag ? "True" : "False")
        case .int(let number): try append(String(number))
        case .bigInt(let number):
            if isBounded { try budget.take(digits: number.digits.count, times: number.digits.count) }
            try append(try number.checkedText())
        case .float(let number): try append(FloatText.python(number))
        case .string(let text): try append(QuotedString.repr(text))
        case .list(let elements): try append(elements, open: "[", close: "]")
        case .tuple(let elements): try append(elements, open: "(", close: elements.count == 1 ? ",)" : ")")
        case .mapping(let mapping): try append(mapping)
        case .dateTime(let time): try append(time.repr)
        case .date(let date): try append(date.repr)
        case .duration(let span): try append(span.repr)
        case .object(let object): try append(object)
        }
    }

    private mutating func append(_ object: any ValueObject) throws(Fault) {
        if let mapping = object.mapping { return try append(mapping) }
        switch object {
        case is Undefined: try append("Undefined")
        case let view as MappingView:
            try append(view.elements, open: view.typeName + "([", close: "])")
        case let bytes as ByteString: try append(QuotedString.repr(bytes: bytes.bytes))
        case let printable as any PrintableObject: try append(printable.repr)
        case let function as FunctionObject: try append("<function \(function.function.name)>")
        case let method as MethodObject: try append(method)
        default: try append("<\(object.typeName) object>")
        }
    }

    private mutating func append(_ method: MethodObject) throws(Fault) {
        guard case .object(let receiver) = method.receiver, receiver.mapping != nil else {
            return try append("<built-in method \(method.method.name) of \(method.receiver.typeName) object>")
        }
        // A slice's methods are its own, those of all other mappings are inherited.
        let owner = receiver.typeName == "StreamSlice" ? receiver.typeName : "Mapping"
        try append("<bound method \(owner).\(method.method.name) of ")
        try appendRepr(of: method.receiver)
        try append(">")
    }

    private mutating func append(_ elements: [Value], open: String, close: String) throws(Fault) {
        try append(open)
        try nested { (self) throws(Fault) in
            for (place, element) in elements.enumerated() {
                if place > 0 { try self.append(", ") }
                try self.appendRepr(of: element)
            }
        }
        try append(close)
    }

    private mutating func append(_ mapping: Mapping) throws(Fault) {
        try append("{")
        try nested { (self) throws(Fault) in
            for (place, entry) in mapping.entries.enumerated() {
                if place > 0 { try self.append(", ") }
                try self.appendRepr(of: entry.key)
                try self.append(": ")
                try self.appendRepr(of: entry.value)
            }
        }
        try append("}")
    }

    /// Values come from JSON and templates, whose depth is bounded; this holds whatever a program has built.
    private mutating func nested(_ body: (inout Self) throws(Fault) -> Void) throws(Fault) {
        depth += 1
        guard depth <= 600 else { throw .tooDeep }
        try body(&self)
        depth -= 1
    }
}

/// An object that prints in a way of its own.
protocol PrintableObject: ValueObject {
    var text: String { get }
    var repr: String { get }
}
