import JSON
public import WireAPI

extension DataSources {
    /// Sends records to an entity of a source of type `push`, in as many requests as they need, in order.
    ///
    /// A record that is there already is replaced, an unchanged one costs nothing; an object with `"_deleted": true` and
    /// the key's fields deletes. Each request is stored as a whole, so after an error those before it are in; sending all
    /// again does no harm.
    ///
    /// - Parameters:
    ///   - id: The DataSource.
    ///   - entity: One that its config declares.
    ///   - items: JSON objects, or values of your own that write themselves as such.
    /// - Returns: What became of them in all: `rejects` has those of at most 1,000 that couldn't be stored, by their
    ///   place among `items`.
    public func push(_ id: String, _ entity: String, _ items: some Sequence<some WireValue>) async throws -> PushBody {
        var total = PushBody.nothing
        var lines: [UInt8] = []
        var count = 0
        for item in items {
            let line = item.serialized()
            if count == PushLimits.items || (count > 0 && lines.count + line.count + 1 > PushLimits.bytes) {
                total.add(try await push(id, entity, lines: lines))
                lines.removeAll(keepingCapacity: true)
                count = 0
            }
            lines += line
            lines.append(UInt8(ascii: "\n"))
            count += 1
        }
        guard count > 0 || total.received == 0 else { return total }
        total.add(try await push(id, entity, lines: lines))
        return total
    }

    /// Sends records as JSON, one a line, in one request: at most 16 MiB and 200,000 records.
    public func push(
        _ id: String, _ entity: String, lines: [UInt8], idempotencyKey: String? = nil
    ) async throws -> PushBody {
        let path = try Place.of(Paths.records, id: id, entity: entity)
        return try await connection.send(
            .upload(path, body: lines, type: "application/x-ndjson", key: connection.key(idempotencyKey)))
    }
}

/// What one request of a push holds: below what the server takes, and little enough that one is quickly sent again.
private enum PushLimits {
    static let bytes = 8 << 20
    static let items = 50_000
}

extension PushBody {
    private static let mostRejects = 1_000

    /// What became of no items.
    package static let nothing = PushBody(
        received: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0, duplicates: 0, rejected: 0, seq: 0, rejects: [])

    /// Adds what became of the items that were sent next.
    package mutating func add(_ next: PushBody) {
        rejects += next.rejects.prefix(max(0, Self.mostRejects - rejects.count)).map {
            PushRejectBody(index: received + $0.index, code: $0.code, detail: $0.detail)
        }
        received += next.received
        inserted += next.inserted
        updated += next.updated
        unchanged += next.unchanged
        deleted += next.deleted
        duplicates += next.duplicates
        rejected += next.rejected
        seq = next.seq
    }
}
