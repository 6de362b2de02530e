/// Cuts one document into the elements that a selection asks for: walks the arrays and objects around the elements
/// itself, and lets `TextMachine` read elements, names and members that aren't wanted.
struct DocumentCutter {
    private enum State {
        case start
        /// In the wanted array: before the first element or its end, inside an element, after one, after a comma.
        case firstElement, element, afterElement, nextElement
        /// In an object on the way: before the first name or its end, after a comma, inside a name, after it.
        case firstName, nextName, name, colon
        /// Before a member's value, inside one that isn't wanted, after a member.
        case memberValue, skipped, afterMember
        /// After the document.
        case end
    }

    private static let mostNamesInErrors = 20

    private let selection: JSONElementSelection
    private let path: [String]
    private let limits: JSONElementLimits
    private var writer: ElementWriter
    private var skipper: TextMachine
    private var state = State.start
    private var base = 0
    /// The name being read, quotes and all, and the last one read.
    private var rawName: [UInt8] = []
    private var name = ""
    /// Objects of the path that are open, less the outermost; and how many names of the path have been met.
    private var level = 0
    private var namesMet = 0
    private var members: [String] = []
    private var arrayName: String?
    /// Where to go on after the element being read, and after the wanted array.
    private var stateAfterElement = State.afterElement
    private var stateAfterArray = State.end

    init(_ selection: JSONElementSelection, limits: JSONElementLimits) {
        self.selection = selection
        self.limits = limits
        if case .path(let wanted) = selection { path = wanted.names } else { path = [] }
        writer = ElementWriter(limits: limits.value)
        skipper = TextMachine(limits: limits.value, copies: false)
    }

    mutating func feed(
        _ bytes: UnsafePointer<UInt8>, count: Int, into batch: inout JSONElementBatch
    ) throws(JSONElementError) {
        var index = 0
        do {
            while index < count { try step(bytes, &index, count, into: &batch) }
        } catch {
            throw moved(error)
        }
        base += count
    }

    mutating func finish(into batch: inout JSONElementBatch) throws(JSONElementError) {
        if state == .end { return }
        do throws(JSONError) {
            guard state == .element, stateAfterElement == .end else {
                throw JSONError(.truncated, offset: base, detail: cutDescription)
            }
            try writer.finish(at: base)
            writer.end(&batch)
        } catch {
            throw .text(error)
        }
        state = .end
    }

    private var cutDescription: String {
        switch state {
        case .start: "the input is empty"
        case .element, .skipped, .name: "the input ends inside a value"
        case .firstElement, .afterElement, .nextElement: "the input ends inside an array"
        default: "the input ends inside an object"
        }
    }

    /// Offsets are those within the piece until here.
    private func moved(_ error: JSONElementError) -> JSONElementError {
        switch error {
        case .text(let cause): .text(cause.moved(by: base))
        case .notAnArray(let path, let offset): .notAnArray(path: path, offset: offset + base)
        case .pathRepeated(let path, let offset): .pathRepeated(path: path, offset: offset + base)
        default: error
        }
    }

    @inline(__always)
    private mutating func step(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ end: Int, into batch: inout JSONElementBatch
    ) throws(JSONElementError) {
        switch state {
        case .element: try readElement(bytes, &index, end, into: &batch)
        case .skipped, .name: try readAside(bytes, &index, end)
        default:
            let byte = bytes[index]
            if Byte.isWhitespace(byte) { return index += 1 }
            if try takeStructure(byte, at: index) { index += 1 }
        }
    }

    private mutating func readElement(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ end: Int, into batch: inout JSONElementBatch
    ) throws(JSONElementError) {
        do {
            guard let next = try writer.advance(bytes, from: index, to: end, into: &batch) else { return index = end }
            index = next
        } catch {
            throw .text(error)
        }
        writer.end(&batch)
        state = stateAfterElement
    }

    /// Reads a name, which is kept, or a member that isn't wanted.
    private mutating func readAside(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ end: Int
    ) throws(JSONElementError) {
        do {
            guard let next = try skipper.advance(bytes, from: index, to: end, into: &rawName) else {
                return index = end
            }
            index = next
        } catch {
            throw .text(error)
        }
        if state == .name {
            name = rawName.withUnsafeBufferPointer {
                EscapedText.string(ByteView(rebasing: $0[1..<$0.count - 1]), hasEscapes: $0.contains(Byte.backslash))
            }
            state = .colon
        } else {
            state = .afterMember
        }
    }

    /// Takes a byte between values; false where a value begins with it, which its own machine must read.
    private mutating func takeStructure(_ byte: UInt8, at index: Int) throws(JSONElementError) -> Bool {
        switch state {
        case .firstElement where byte == Byte.endArray, .afterElement where byte == Byte.endArray:
            state = stateAfterArray
        case .firstElement, .nextElement:
            beginElement(then: .afterElement)
            return false
        case .afterElement:
            guard byte == Byte.comma else { throw Self.malformed(index, "a comma or the end of the array is missing") }
            state = .nextElement
        case .start: return try takeStart(byte, at: index)
        case .memberValue: return try takeMemberValue(byte, at: index)
        case .end: throw .text(JSONError(.trailing, offset: index, detail: "something follows the value"))
        default: return try takeObjectByte(byte, at: index)
        }
        return true
    }

    private mutating func takeObjectByte(_ byte: UInt8, at index: Int) throws(JSONElementError) -> Bool {
        switch (state, byte) {
        case (.firstName, Byte.endObject), (.afterMember, Byte.endObject): try endObject()
        case (.afterMember, Byte.comma): state = .nextName
        case (.colon, Byte.colon): state = .memberValue
        case (.firstName, Byte.quote), (.nextName, Byte.quote):
            rawName.removeAll(keepingCapacity: true)
            skipper.begin(copies: true, maxCopied: limits.maxNameBytes)
            state = .name
            return false
        case (.afterMember, _): throw Self.malformed(index, "a comma or the end of the object is missing")
        case (.colon, _): throw Self.malformed(index, "a member lacks the colon after its name")
        default: throw Self.malformed(index, "an object lacks a name in quotes here")
        }
        return true
    }

    private mutating func takeStart(_ byte: UInt8, at index: Int) throws(JSONElementError) -> Bool {
        let isArray = byte == Byte.beginArray
        let isObject = byte == Byte.beginObject
        switch selection {
        case .document:
            beginElement(then: .end)
            return false
        case .path where path.isEmpty && isObject:
            beginElement(then: .end)
            return false
        case .automatic where isArray, .array where isArray, .path where isArray && path.isEmpty:
            beginArray(then: .end)
        case .automatic where isObject, .onlyArray where isObject, .path where isObject: state = .firstName
        case .path where !path.isEmpty && Self.mayBeginValue(byte): throw .pathNotFound(path: pathText)
        default: throw Self.unexpected(byte, at: index, path: "$")
        }
        return true
    }

    private mutating func takeMemberValue(_ byte: UInt8, at index: Int) throws(JSONElementError) -> Bool {
        if case .path = selection {
            guard ExactText(name) == ExactText(path[level]) else { return skipMember() }
            return try takeStepOfPath(byte, at: index)
        }
        if members.count < Self.mostNamesInErrors { members.append(String(name.unicodeScalars.prefix(64))) }
        guard byte == Byte.beginArray else { return skipMember() }
        if let arrayName { throw .severalArrays(members: [arrayName, name]) }
        arrayName = name
        beginArray(then: .afterMember)
        return true
    }

    /// Takes the first byte of a member whose name is the path's next one.
    private mutating func takeStepOfPath(_ byte: UInt8, at index: Int) throws(JSONElementError) -> Bool {
        guard namesMet == level else { throw .pathRepeated(path: pathText, offset: index) }
        namesMet += 1
        if namesMet < path.count {
            guard byte == Byte.beginObject else {
                guard Self.mayBeginValue(byte) else { throw Self.unexpected(byte, at: index, path: pathText) }
                throw .pathNotFound(path: pathText)
            }
            level += 1
            state = .firstName
            return true
        }
        if byte == Byte.beginArray {
            beginArray(then: .afterMember)
            return true
        }
        guard byte == Byte.beginObject else { throw Self.unexpected(byte, at: index, path: pathText) }
        beginElement(then: .afterMember)
        return false
    }

    private mutating func endObject() throws(JSONElementError) {
        if case .path = selection {
            guard namesMet > level else { throw .pathNotFound(path: pathText) }
        } else if arrayName == nil {
            throw .noArray(members: members)
        }
        state = level == 0 ? .end : .afterMember
        level = max(level - 1, 0)
    }

    private mutating func beginArray(then next: State) {
        stateAfterArray = next
        state = .firstElement
    }

    private mutating func beginElement(then next: State) {
        writer.begin()
        stateAfterElement = next
        state = .element
    }

    private mutating func skipMember() -> Bool {
        skipper.begin(copies: false, maxCopied: nil)
        state = .skipped
        return false
    }

    private var pathText: String { JSONElementPath(names: path).description }

    private static func mayBeginValue(_ byte: UInt8) -> Bool {
        switch byte {
        case Byte.quote, Byte.minus, Byte.beginArray, Byte.beginObject, 0x30...0x39, UInt8(ascii: "t"),
            UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }

    private static func unexpected(_ byte: UInt8, at index: Int, path: String) -> JSONElementError {
        mayBeginValue(byte) ? .notAnArray(path: path, offset: index) : malformed(index, "a value is missing here")
    }

    private static func malformed(_ index: Int, _ detail: String) -> JSONElementError {
        .text(.malformed(index, detail))
    }
}
