/// Cuts a stream into server-sent events (the HTML Standard, section 9.2.6). Ids and times to retry are passed over: a
/// run's events begin anew with each connection.
struct EventParser {
    struct Event: Hashable, Sendable {
        let name: String
        /// The event's lines of data, with line feeds between them.
        let data: [UInt8]
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let colon = UInt8(ascii: ":")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// What an event may hold, and with it a line.
    private let maxBytes: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var isFirstLine = true
    /// A line feed that comes next belongs to the line before.
    private var isAfterReturn = false

    init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// Takes the next bytes, cut anywhere, and returns the events that end in them; throws `ConnectionError`
    /// (`tooLarge`) where one is longer than it may be.
    mutating func feed(_ piece: [UInt8]) throws -> [Event] {
        var events: [Event] = []
        var rest = piece[...]
        while let first = rest.first {
            if isAfterReturn, first == Self.lineFeed { rest.removeFirst() }
            isAfterReturn = false
            let end = rest.firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn }
            try keep(rest[..<(end ?? rest.endIndex)])
            guard let end else { break }
            isAfterReturn = rest[end] == Self.carriageReturn
            rest = rest[(end + 1)...]
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) throws {
        guard line.count + data.count + part.count <= maxBytes else {
            throw ConnectionError(
                .tooLarge, "An event of the server's is longer than \(maxBytes) bytes.", mayHaveArrived: true)
        }
        line += part
    }

    /// Takes a whole line; returns the event that it ends.
    private mutating func endLine() -> Event? {
        if isFirstLine, line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent() }
        let field = line.prefix { $0 != Self.colon }
        var value = line.dropFirst(field.count + 1)
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        // A line that begins with a colon is a comment: its field has no name.
        switch String(decoding: field, as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data": data += value + [Self.lineFeed]
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer { (name, data) = ("", []) }
        return data.isEmpty ? nil : Event(name: name.isEmpty ? "message" : name, data: data.dropLast())
    }
}

/// Reads the events of one answer.
struct EventReader {
    private var pieces: AnswerStream.Pieces
    private var parser: EventParser
    private var events: ArraySlice<EventParser.Event> = []

    init(_ stream: AnswerStream, maxBytes: Int) {
        pieces = stream.makePieces()
        parser = EventParser(maxBytes: maxBytes)
    }

    /// The next event; nil at the stream's end, which takes an event that isn't whole with it.
    mutating func next() async throws -> EventParser.Event? {
        while events.isEmpty {
            guard let piece = try await pieces.next() else { return nil }
            events = try parser.feed(piece)[...]
        }
        return events.popFirst()
    }
}
