import ArgumentParser
import JSON
import TributaryClient
import WireAPI

/// Sends records to a source of type `push`.
struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send records to a DataSource of type push.",
        discussion: """
            Takes a JSON array or one JSON object a line, of any length, from a file or standard input, and sends it in \
            requests of some 6 MiB. A record that is there is replaced; an object with "_deleted": true and the key's \
            fields deletes. Sending the same again does no harm.

            Exits with 1 if items were rejected; the others are stored.

            Examples:
              tributary push ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA orders orders.jsonl
              export-orders | tributary push ds_01JD2Y6V9N0QH8Z4M7K3T5R1XA orders
            """)

    private static let mostRejectsShown = 20

    @Argument(help: "The DataSource.") var id: String
    @Argument(help: "The entity.") var entity: String
    @Argument(help: "The file; - for standard input.") var file = "-"
    @OptionGroup var options: ClientOptions

    func run() async throws {
        var items = try ItemReader(file)
        let total = try await options.withClient { client in
            var total = PushBody.nothing
            var progress = PushProgress(Surroundings.current.errors)
            defer { progress.clear() }
            while let lines = try items.next() {
                total.add(try await client.datasources.push(id, entity, lines: lines))
                progress.show(total)
            }
            return total
        }
        try show(total)
        if total.rejected > 0 { throw CommandError("\(total.rejected.grouped) items were rejected.") }
    }

    private func show(_ total: PushBody) throws {
        let output = Surroundings.current.output
        guard !options.json else { return try output.json(total) }
        let counts = [
            ("inserted", total.inserted), ("updated", total.updated), ("deleted", total.deleted),
            ("unchanged", total.unchanged), ("duplicates", total.duplicates), ("rejected", total.rejected),
        ]
        let parts = counts.filter { $0.1 > 0 }.map { "\($0.1.grouped) \($0.0)" }
        output.line(
            "\(total.received.grouped) \(total.received == 1 ? "item" : "items"): "
                + (parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")))
        for reject in total.rejects.prefix(Self.mostRejectsShown) {
            Surroundings.current.errors.line("item \(reject.index): \(reject.detail.printable) (\(reject.code))")
        }
        if total.rejected > Self.mostRejectsShown { Surroundings.current.errors.line("…") }
    }
}

/// Cuts a JSON array or JSON lines into requests, whatever the input's length.
private struct ItemReader {
    /// What a request holds at least, but for the last one; at most a piece of input more, so below what the server takes.
    private static let bytes = 6 << 20
    private static let items = 50_000

    private let input: InputBlocks
    private var scanner: JSONElementScanner?
    private var found = JSONElementBatch()
    private var isAtEnd = false

    init(_ file: String) throws { input = try InputBlocks(file) }

    /// The next items, one a line; nil after the last.
    mutating func next() throws -> [UInt8]? {
        found.removeAll()
        while !isAtEnd, found.bytes.count < Self.bytes, found.count < Self.items { try readOn() }
        guard !found.isEmpty else { return nil }
        var lines: [UInt8] = []
        lines.reserveCapacity(found.bytes.count + found.count)
        for number in 0..<found.count {
            lines += found.element(number)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private mutating func readOn() throws {
        let block = try input.next()
        do throws(JSONElementError) {
            if block.isEmpty {
                isAtEnd = true
                try scanner?.finish(into: &found)
            } else {
                try feed(block)
            }
        } catch {
            throw CommandError("The input can't be read: \(error)")
        }
        guard let bad = found.rejects.first else { return }
        throw CommandError("Line \(bad.line) of the input isn't JSON: \(bad.error)")
    }

    private mutating func feed(_ block: [UInt8]) throws(JSONElementError) {
        if scanner == nil {
            // The first byte that isn't white space tells an array from lines.
            guard let first = block.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return }
            scanner = JSONElementScanner(first == UInt8(ascii: "[") ? .array : .lines)
        }
        try scanner?.feed(block, into: &found)
    }
}

/// A line on a terminal that says how far a push is.
private struct PushProgress {
    private let channel: Channel
    private var isShown = false

    init(_ channel: Channel) { self.channel = channel }

    mutating func show(_ total: PushBody) {
        guard channel.isTerminal else { return }
        isShown = true
        channel.write("\r\(total.received.grouped) items sent\u{1B}[K")
    }

    mutating func clear() {
        if isShown { channel.write("\r\u{1B}[K") }
        isShown = false
    }
}
