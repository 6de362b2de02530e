/// Cuts a template's text into tokens: text, and within `{{ }}` and `{% %}` names, numbers, strings and operators.
/// White space control (`{{-`, `-%}`), comments and raw blocks are gone afterwards.
struct Lexer {
    private let text: [Unicode.Scalar]
    private var place = 0
    private var line = 1
    private var tokens: [Token] = []
    /// The closing brackets that are awaited within the tag at hand.
    private var brackets: [Unicode.Scalar] = []

    private init(_ source: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in source.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        // One line end at the end of the text is dropped, whichever it is; the others are all "\n".
        if scalars.last == "\n" || scalars.last == "\r" { scalars.removeLast() }
        text = scalars.map { $0 == "\r" ? "\n" : $0 }
    }

    /// The tokens of a text, the last one `.end`; throws `.syntax`.
    static func tokens(of source: String) throws(Fault) -> [Token] {
        var lexer = Lexer(source)
        try lexer.readAll()
        return lexer.tokens
    }

    private mutating func readAll() throws(Fault) {
        while place < text.count {
            let start = nextTag()
            var data = text[place..<start]
            place = start
            guard start < text.count else {
                add(data: data)
                break
            }
            let kind = text[start + 1]
            place += 2
            if take("-") {
                while data.last?.isPythonSpace == true { data.removeLast() }
            } else {
                _ = take("+")
            }
            add(data: data)
            line += text[start - data.count..<start].count { $0 == "\n" }
            switch kind {
            case "#": try skipComment()
            case "{": try readTag(begin: .beginExpression, end: .endExpression, closing: "}")
            default: if try !readRaw() { try readTag(begin: .beginStatement, end: .endStatement, closing: "%") }
            }
        }
        add(.end)
    }

    private func fault(_ message: String) -> Fault { Fault(.syntax, "line \(line): \(message)") }

    private mutating func add(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    private mutating func add(data: ArraySlice<Unicode.Scalar>) {
        if !data.isEmpty { add(.data(String(data))) }
    }

    private func at(_ index: Int) -> Unicode.Scalar? { index < text.count ? text[index] : nil }

    private func stands(_ word: StaticString, at start: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard start + count <= text.count else { return false }
        for offset in 0..<count where text[start + offset].value != UInt32(word.utf8Start[offset]) { return false }
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        guard stands(word, at: place) else { return false }
        place += word.utf8CodeUnitCount
        return true
    }

    private mutating func skipSpace() {
        while let next = at(place), next.isPythonSpace {
            if next == "\n" { line += 1 }
            place += 1
        }
    }

    /// Where the next `{{`, `{%` or `{#` is; else the end.
    private func nextTag() -> Int {
        var index = place
        while index + 1 < text.count {
            if text[index] == "{", text[index + 1] == "{" || text[index + 1] == "%" || text[index + 1] == "#" {
                return index
            }
            index += 1
        }
        return text.count
    }

    private mutating func skipComment() throws(Fault) {
        while place < text.count {
            if take("-#}") { return skipSpace() }
            if take("+#}") || take("#}") { return }
            if text[place] == "\n" { line += 1 }
            place += 1
        }
        throw fault("a comment doesn't end")
    }

    /// Reads `{% raw %}…{% endraw %}`, whose beginning has been stepped over; false, and no step, if it isn't one.
    private mutating func readRaw() throws(Fault) -> Bool {
        let start = place
        skipSpace()
        guard take("raw") else {
            place = start
            return false
        }
        skipSpace()
        if take("-%}") {
            skipSpace()
        } else if !take("%}") {
            place = start
            return false
        }
        let inside = place
        // At the very end of the text nothing is missed.
        guard place < text.count else { return true }
        while place < text.count {
            let end = place
            if let isTrimmed = endOfRaw() {
                var data = text[inside..<end]
                if isTrimmed { while data.last?.isPythonSpace == true { data.removeLast() } }
                add(data: data)
                return true
            }
            place = end + 1
        }
        throw fault("a raw block doesn't end")
    }

    /// Steps over `{% endraw %}`; nil if it isn't next, else whether white space before it goes.
    private mutating func endOfRaw() -> Bool? {
        guard take("{%") else { return nil }
        let isTrimmed = take("-")
        if !isTrimmed { _ = take("+") }
        skipSpace()
        guard take("endraw") else { return nil }
        skipSpace()
        if take("-%}") {
            skipSpace()
            return isTrimmed
        }
        return take("+%}") || take("%}") ? isTrimmed : nil
    }

    private mutating func readTag(
        begin: Token.Kind, end: Token.Kind, closing: Unicode.Scalar
    ) throws(Fault) {
        add(begin)
        brackets.removeAll()
        while true {
            skipSpace()
            guard let next = at(place) else { return }
            if brackets.isEmpty, takeEnd(closing, isStatement: closing == "%") {
                add(end)
                return
            }
            try readToken(next)
        }
    }

    private mutating func takeEnd(_ closing: Unicode.Scalar, isStatement: Bool) -> Bool {
        let sign = text[place] == "-" || isStatement && text[place] == "+" ? 1 : 0
        guard at(place + sign) == closing, at(place + sign + 1) == "}" else { return false }
        let isTrimmed = text[place] == "-"
        place += sign + 2
        if isTrimmed { skipSpace() }
        return true
    }

    private mutating func readToken(_ first: Unicode.Scalar) throws(Fault) {
        if first.isASCIIDigit {
            add(.number(try number()))
        } else if first.isNamePart {
            let start = place
            while let next = at(place), next.isNamePart { place += 1 }
            guard first.isNameStart else { throw fault("a name begins with a character that can't begin one") }
            add(.name(String(text[start..<place])))
        } else if first == "'" || first == "\"" {
            add(.string(try string(quote: first)))
        } else {
            try readSymbol(first)
        }
    }

    private mutating func readSymbol(_ first: Unicode.Scalar) throws(Fault) {
        for symbol in ["//", "**", "==", "!=", ">=", "<="] as [StaticString] where take(symbol) {
            return add(.symbol(symbol.description))
        }
        switch first {
        case "{": brackets.append("}")
        case "(": brackets.append(")")
        case "[": brackets.append("]")
        case "}", ")", "]":
            guard let awaited = brackets.popLast() else { throw fault("'\(first)' closes nothing") }
            guard awaited == first else { throw fault("'\(first)' stands where '\(awaited)' is awaited") }
        case "+", "-", "/", "*", "%", "~", ">", "<", "=", ".", ":", "|", ",", ";": break
        default: throw fault("a character has no meaning here")
        }
        guard brackets.count <= Parser.mostDepth else { throw Fault.tooDeep }
        place += 1
        add(.symbol(String(first)))
    }
}

// MARK: Literals

extension Lexer {
    /// Digits with single underscores between them; nil, and no step, if there are none.
    private mutating func digits(where isDigit: (Unicode.Scalar) -> Bool) -> [UInt8]? {
        var digits: [UInt8] = []
        var index = place
        while let next = at(index) {
            if isDigit(next) {
                digits.append(UInt8(truncatingIfNeeded: next.value))
            } else if next != "_" || digits.isEmpty || at(index + 1).map(isDigit) != true {
                break
            }
            index += 1
        }
        guard !digits.isEmpty else { return nil }
        place = index
        return digits
    }

    private mutating func number() throws(Fault) -> Value {
        if text[place] == "0", let letter = at(place + 1), let value = try prefixedInteger(letter) { return value }
        let start = place
        guard let whole = digits(where: \.isASCIIDigit) else { throw fault("a number has no digits") }
        if let float = float(whole: whole, isAfterPoint: start > 0 && text[start - 1] == ".") { return float }
        if whole[0] == 0x30, whole.contains(where: { $0 != 0x30 }) {
            // A zero ends the number; what follows is another token, and so an error later on.
            throw fault("a number begins with 0")
        }
        guard let big = BigInteger(digits: whole) else { throw Fault.tooLarge }
        return big.value
    }

    private mutating func prefixedInteger(_ letter: Unicode.Scalar) throws(Fault) -> Value? {
        let base: UInt32
        switch letter {
        case "x", "X": base = 16
        case "o", "O": base = 8
        case "b", "B": base = 2
        default: return nil
        }
        let start = place
        place += at(place + 2) == "_" ? 3 : 2
        guard
            let digits = digits(where: { scalar in
                guard scalar.isASCII else { return false }
                return UInt8(truncatingIfNeeded: scalar.value).hexDigit.map { $0 < base } ?? false
            })
        else {
            place = start
            return nil
        }
        guard let big = BigInteger(digits: digits, base: base) else { throw Fault.tooLarge }
        return big.value
    }

    /// Reads the rest of a float; nil, and no step, if the number is an integer.
    private mutating func float(whole: [UInt8], isAfterPoint: Bool) -> Value? {
        guard !isAfterPoint else { return nil }
        let start = place
        var literal = whole
        var isFloat = false
        if at(place) == ".", at(place + 1)?.isASCIIDigit == true {
            place += 1
            literal += [0x2E] + (digits(where: \.isASCIIDigit) ?? [])
            isFloat = true
        }
        if at(place) == "e" || at(place) == "E" {
            let before = place
            place += 1
            var exponent: [UInt8] = [0x65]
            if at(place) == "+" || at(place) == "-" {
                exponent.append(UInt8(truncatingIfNeeded: text[place].value))
                place += 1
            }
            if let digits = digits(where: \.isASCIIDigit) {
                literal += exponent + digits
                isFloat = true
            } else {
                place = before
            }
        }
        guard isFloat else {
            place = start
            return nil
        }
        return .float(Double(String(decoding: literal, as: UTF8.self)) ?? .infinity)
    }

    private mutating func string(quote: Unicode.Scalar) throws(Fault) -> String {
        place += 1
        let start = place
        while let next = at(place) {
            if next == quote {
                let inside = text[start..<place]
                place += 1
                line += inside.count { $0 == "\n" }
                guard let string = EscapedString.decode(inside) else {
                    throw fault("an escape in a string is broken")
                }
                return string
            }
            place += next == "\\" ? 2 : 1
        }
        throw fault("a string doesn't end")
    }
}
